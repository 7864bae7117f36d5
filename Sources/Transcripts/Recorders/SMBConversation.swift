import Packets
import Protocols

/// Reads both streams of one connection into its transcript. There are many: the order of the fields leaves no gaps.
final class SMBConversation: StreamConsumer {
  /// More than any stream has: the rest of the stream is not wanted.
  private static let everything = 1 << 60

  var transcript: Transcript
  /// By MessageId: one entry or two, and none in a connection at rest.
  var openRequests = ShortQueue<(messageID: UInt64, request: OpenRequest)>()
  var earlyReplies: [EarlyReply] = []
  /// The highest MessageId that was answered. A request below it comes up behind its answer: earlier bytes of the client are missing,
  /// or the recording has the frames of one direction late.
  var answeredID: UInt64 = 0
  /// nil while it works.
  private var framers: (first: SMBFramer?, second: SMBFramer?)
  /// Bytes that they hold: most segments ask for no more than this.
  private var heldInFramers = (first: 0, second: 0)
  /// Messages read before the last byte of their packet has passed.
  private var incomplete: [Decoded] = []
  /// Bytes of them.
  private var incompleteByteCount = 0
  /// Messages that are only counted: one access to the transcript for all of them.
  private var passed = PassedMessages()
  var work = Work()
  /// A copy of what the transcript says, which changes with decoded messages only.
  private var watch = Watch()
  private(set) var isOver = false
  private let isExpected: Bool
  private var isFromStart = true
  private var hasAskedForTimes = false
  let context: ConversationContext
  /// nil without keys.
  let proof: ProofRecorder?
  /// What ``ConversationContext/held`` counts of this connection.
  private var heldHere = 0
  private var serverTimes: ServerTimes?
  /// That of the transcript, which more than one message at a time may change: to look there is checked at run time.
  private var tcpStream = 0

  /// A decoded message on its way into the transcript.
  struct Decoded {
    var header: SMB2Header
    var body: SMB2Body?
    var stamp: MessageStamp
    var side: Side
    /// Bytes of the message that were read.
    var size: Int
  }

  /// What is read from messages that are only counted.
  struct Watch {
    var protection = false
    var shares = false
    /// The first messages tell who is the client, and the first request settles a validation: both count at once.
    var countsAtOnce = true
  }

  var observer: (any MessageObserver)? { context.observer }

  /// - Parameter isExpected: SMB is likely, by its port or its first bytes.
  init(transcript: Transcript, isExpected: Bool, context: ConversationContext) {
    self.transcript = transcript
    self.isExpected = isExpected
    self.context = context
    proof = context.proof.map { ProofRecorder($0) }
    framers = (framer(.first, isAligned: false), framer(.second, isAligned: false))
  }

  /// Takes over what the handshake showed: who is the client, and whether the streams begin at their first byte.
  func begin(_ connection: TCPConnection) {
    transcript.tcpStream = connection.tcpStream
    tcpStream = connection.tcpStream
    guard let initiator = connection.handshake.initiator else { return }
    transcript.isOriented = true
    transcript.orient(client: initiator)
    isFromStart = connection.state.isFromStart
    // Behind something else, such as the words of a proxy, either stream may be anywhere.
    guard isFromStart else { return }
    framers = (framer(.first, isAligned: true), framer(.second, isAligned: true))
  }

  private func framer(_ side: Side, isAligned: Bool) -> SMBFramer {
    SMBFramer(side: side, isAligned: isAligned, readsWhole: proof != nil)
  }

  // MARK: Bytes

  /// Takes a framer out of this object while it works: it calls back, and an access to a part of an object that lasts
  /// beyond a call has to be checked at run time.
  private func withFramer<Result>(_ side: Side, _ body: (inout SMBFramer) -> Result) -> Result? {
    switch side {
    case .first:
      guard var framer = framers.first.take() else { return nil }
      let result = body(&framer)
      heldInFramers.first = framer.heldByteCount
      framers.first = framer
      return result
    case .second:
      guard var framer = framers.second.take() else { return nil }
      let result = body(&framer)
      heldInFramers.second = framer.heldByteCount
      framers.second = framer
      return result
    }
  }

  func receive(_ chunk: borrowing StreamChunk) -> Int {
    if chunk.offset == 0 { recordBeginning(chunk) }
    let taken = withFramer(chunk.side) { framer in
      let pass = framer.receive(chunk, sink: self)
      context.chunkUse = Int(framer.chunkUse)
      return (pass: pass, searchedByteCount: framer.searchedByteCount)
    }
    if watch.countsAtOnce {
      countPassed()
      recordWatch()
    }
    countHeld(chunk.frame)
    guard let (pass, searchedByteCount) = taken else { return 0 }
    guard searchedByteCount > Limit.searchedBytesElsewhere else { return pass }
    let isHopeless =
      searchedByteCount > Limit.searchedBytes || !isExpected && !transcript.traffic.isSMB && transcript.smb1 == nil
    return isHopeless ? Self.everything : pass
  }

  /// Whatever the port, the first bytes say who is there.
  private func recordBeginning(_ chunk: borrowing StreamChunk) {
    let answersFirstWord = !transcript.isOriented && chunk.side == transcript.clientSide.other && transcript.hasOnlyBegun
    if answersFirstWord {
      // NEGOTIATE comes first, so what confirms nothing before it begins with its answer.
      let framer = framer(chunk.side, isAligned: true)
      if chunk.side == .first { framers.first = framer } else { framers.second = framer }
    }
    guard transcript.isOriented && isFromStart || answersFirstWord, NBSSHeader.isForeign(chunk.bytes) else { return }
    context.frameIsCited = true
    transcript.foreignBeginnings.append(
      ForeignBeginning(
        sender: transcript.peer(chunk.side), frame: chunk.frame.number, bytes: chunk.bytes.prefix(16).copy()))
  }

  func missed(_ count: Int, at offset: Int, side: Side, frame: FrameStamp) {
    recordCutMessage(side)
    withFramer(side) { $0.missed(count, at: offset, frame: frame, sink: self) }
    countHeld(frame)
  }

  /// Who works on a share got in: what comes then need not be looked at before it is read.
  func isDamaged(_ packet: borrowing Packet, _ bytes: borrowing ByteView, frame: FrameStamp) -> Bool {
    guard work.done == 0 else { return false }
    return context.doubts.isThrownAway(packet, bytes, frame: frame.number)
  }

  /// Keeps what all connections hold within its limit; the one that goes beyond it gives up what is unfinished, as if the
  /// capture did not have it.
  private func countHeld(_ frame: FrameStamp) {
    guard recordHeld() else { return }
    context.held.limitsReached += 1
    for side in [Side.first, .second] {
      withFramer(side) { framer in
        let count = framer.heldByteCount
        if count > 0 { framer.missed(count, at: 0, frame: frame, sink: self) }
      }
      releaseIncomplete(frame: frame, side: side)
    }
    _ = recordHeld()
  }

  /// - Returns: whether this connection holds bytes of which there are too many.
  private func recordHeld() -> Bool {
    let now = heldInFramers.first + heldInFramers.second + incompleteByteCount
    // A part of a message is held: with which it is read whole is not known yet.
    if now > 0 { context.frameMatters = true }
    guard now != heldHere else { return false }
    context.held.count += now - heldHere
    heldHere = now
    return context.held.count > context.held.limit && now > 0
  }

  /// A message whose beginning was captured is SMB, whatever became of the rest.
  private func recordCutMessage(_ side: Side) {
    guard withFramer(side, { $0.hasBegunMessage }) == true else { return }
    transcript.traffic.cutMessages += 1
    guard isOver else { return }
    let frame = withFramer(side) { $0.heldSince } ?? 0
    if transcript.peer(side) == .client { transcript.visibility.unfinishedFromClient = frame } else { transcript.visibility.unfinishedFromServer = frame }
  }

  /// The connection is over: what was begun and never finished becomes a fact.
  func finish(_ connection: TCPConnection, captureEnd: Timestamp) {
    isOver = true
    countPassed()
    for side in [Side.first, .second] where !connection.state.showsAll(of: side) { recordCutMessage(side) }
    for side in [Side.first, .second] { withFramer(side) { $0.finish(connection.lastFrame, sink: self) } }
    releaseIncomplete(frame: connection.lastFrame, side: .first)
    releaseIncomplete(frame: connection.lastFrame, side: .second)
    context.held.count -= heldHere
    heldHere = 0
    if !earlyReplies.isEmpty { transcript.traffic.repliesWithoutRequest += earlyReplies.count }
    transcript.record(connection, captureEnd: captureEnd)
    let visibility = transcript.visibility
    // If nothing from the client can be missing, there was no request for them.
    let hasHoles = visibility.lost.contains { $0.sender == .client } || visibility.mayHideMessages(from: .client)
    if visibility.startsMidstream || hasHoles { adoptReplies(refusalsOnly: visibility.unseenPeer != .client) }
    recordProof()
    transcript.settleEnd()
    context.precedents.end(&transcript, ObjectIdentifier(self))
  }

  /// What is known of a connection that goes on; nil while a message is on its way.
  func snapshot(_ connection: TCPConnection, now: Timestamp) -> Transcript? {
    guard incomplete.isEmpty, framers.first?.hasBegunMessage != true, framers.second?.hasBegunMessage != true else { return nil }
    countPassed()
    var copy = transcript
    copy.record(connection, captureEnd: now)
    copy.settleEnd()
    return copy
  }

  private func releaseIncomplete(frame: FrameStamp, side: Side) {
    guard !incomplete.isEmpty else { return }
    let ready = incomplete.filter { $0.side == side }
    incomplete.removeAll { $0.side == side }
    incompleteByteCount -= ready.reduce(0) { $0 + $1.size }
    for var message in ready {
      message.stamp.frame = frame.number
      message.stamp.time = frame.time
      take(message)
    }
  }
}

extension SMBConversation: SMBMessageSink {
  func passing(
    _ message: PassedHeader, _ header: borrowing ByteView, origin: MessageOrigin, side: Side, isComplete: Bool
  ) {
    // 3.3.4.2: a file that cannot be opened yet. The client goes on waiting.
    let frame = FrameStamp(number: origin.lastFrame, time: origin.lastTime)
    if message.isCreate, message.isResponse, message.isPending { return recordWork(message, frame) }
    let isAnswered = !message.isResponse && isAnswered(message.messageID)
    if message.isResponse { recordAnswer(message.messageID) }
    // Written back as a whole: an access that lasts through a call is checked at run time.
    var messages = passed
    messages.add(
      message, isAnswered: isAnswered,
      turnsAway: message.isCancel || message.isEcho && messages.answered == nil && transcript.traffic.awaited != nil,
      frame: frame, side: side)
    passed = messages
    if message.wantsAnswer, !isAnswered { recordWork(message, frame) }
    let step = CommandTimes.step(of: message.command)
    if step >= 0 { time(step, message, origin) }
    let watch = watch
    let isSuspect = !message.isSigned && (watch.protection || message.claimsSignature) && !origin.proof.isDecrypted
    let isAnswerOfShare = message.isResponse && watch.shares
    let refusesWork = message.refusesWork || message.status.rawValue >> 30 == 3 && refusesFirst(message)
    // Only what may matter is read whole: this is the path of bulk traffic.
    guard isSuspect || isAnswerOfShare || message.saysGone || message.saysUncovered || refusesWork, let header = try? SMB2Header(header)
    else { return }
    context.frameMatters = true
    countPassed()
    if isSuspect { transcript.recordProtection(header, frame: origin.lastFrame, side: side) }
    if isAnswerOfShare { recordShareReply(header, origin) }
    if refusesWork { transcript.recordWorkRefusal(header, asked: work.asked(by: header.messageID), FrameStamp(number: origin.lastFrame, time: origin.lastTime)) }
    if message.saysUncovered { transcript.recordUncoveredPath(header, frame: origin.lastFrame) }
    if message.saysGone { transcript.recordLoss(header, frame: origin.lastFrame, time: origin.lastTime) }
    recordWatch()
  }

  private func time(_ step: Int, _ message: PassedHeader, _ origin: MessageOrigin) {
    guard message.isResponse else { return context.times.ask(message.messageID, stream: tcpStream, time: origin.lastTime) }
    guard !message.isPending else { return }
    if !hasAskedForTimes {
      hasAskedForTimes = true
      serverTimes = context.times.times(of: transcript.server.address)
    }
    guard let serverTimes else { return }
    context.times.answer(message.messageID, stream: tcpStream, time: origin.lastTime, step: step, of: serverTimes)
  }

  func recordAnswer(_ id: UInt64) {
    // No client has more requests open: MS-SMB2 3.3.1.2. A number beyond that is damaged, or that of what the server says unasked.
    let last = answeredID
    if id > last, last == 0 || id - last <= 8192, id != .max { answeredID = id }
  }

  func isAnswered(_ id: UInt64) -> Bool { id <= answeredID && answeredID > 0 }

  func recordWatch() { watch = transcript.watch }

  /// Brings the transcript up to date before it learns something else.
  func countPassed() {
    let messages = passed
    guard !messages.isEmpty else { return }
    passed = PassedMessages()
    transcript.count(messages, work)
  }

  func smb2(
    _ header: SMB2Header, _ message: borrowing ByteView, origin: MessageOrigin, side: Side, isComplete: Bool
  ) {
    countPassed()
    context.frameMatters = true
    transcript.orient(by: header.isResponse, side: side)
    var decoded = Decoded(header: header, stamp: MessageStamp(header, origin), side: side, size: message.count)
    do throws(DecodeError) {
      // 3.3.4.4: an interim answer has the error layout, whatever the command.
      decoded.body = header.isInterim ? .statusOnly : try SMB2Body(message, header: header)
    } catch {
      let kind = "\(origin.isCompressed ? "compressed " : "")SMB2 \(header.command.name) \(header.isResponse ? "Response" : "Request")"
      record(unreadable: kind, error, frame: origin.lastFrame, side: side)
    }
    guard !isComplete else { return take(decoded) }
    if incomplete.count == Limit.incomplete {
      transcript.visibility.limitsReached += 1
      let frame = FrameStamp(number: origin.lastFrame, time: origin.lastTime)
      releaseIncomplete(frame: frame, side: side)
      releaseIncomplete(frame: frame, side: side.other)
    }
    incomplete.append(decoded)
    incompleteByteCount += decoded.size
  }

  func packetCompleted(side: Side, frame: FrameStamp) {
    countPassed()
    releaseIncomplete(frame: frame, side: side)
  }

  func encrypted(sessionID: UInt64, size: Int, origin: MessageOrigin, side: Side) {
    countPassed()
    transcript.traffic.encryptedMessages += 1
    let frame = FrameStamp(number: origin.lastFrame, time: origin.lastTime)
    if transcript.peer(side) == .server {
      transcript.traffic.encryptedResponses += 1
      // An answer to LOGOFF or TREE_DISCONNECT does not answer the request that the client gave up.
      if transcript.traffic.turnedAway == nil || transcript.abandoned == nil { transcript.traffic.encryptedAnswers.record(size) }
      transcript.traffic.responsesSinceValidation += 1
      // An answer to ECHO has that size too.
      transcript.recordAnswer(in: frame, isUse: !EncryptedAnswers.turnsAway(size))
    }
    if transcript.traffic.firstEncryptedFrame == nil { (context.frameIsCited, transcript.traffic.firstEncryptedFrame) = (true, origin.firstFrame) }
    if transcript.peer(side) == .client {
      // No session has the id 0: it is the LOGOFF of a client that has forgotten its session already.
      let isLeaving = sessionID == 0 || EncryptedAnswers.turnsAway(size)
      if !isLeaving { transcript.recordPassedOver(in: frame) }
      transcript.recordRequests(1, in: frame, turnAway: isLeaving)
      transcript.traffic.lastRequestLeaves = isLeaving
      if isLeaving { transcript.traffic.encryptedAnswers.recordGoodbye() }
    }
    observer?.observe(
      ObservedMessage(content: .encrypted(sessionID: sessionID), origin: origin, tcpStream: transcript.tcpStream))
  }

  func session(_ type: NBSSType, _ body: borrowing ByteView, origin: MessageOrigin, side: Side) {
    guard type != .keepAlive else { return }
    context.frameMatters = true
    guard transcript.sessionPackets.count < Limit.sessionPackets else {
      transcript.visibility.limitsReached += 1
      return
    }
    countPassed()
    transcript.orient(by: type != .sessionRequest, side: side)
    transcript.sessionPackets.append(
      SessionPacket(
        type: type, sender: transcript.peer(side), frame: origin.lastFrame, time: origin.lastTime,
        errorCode: type == .negativeResponse ? try? body.u8(at: 0) : nil,
        names: type == .sessionRequest ? try? NetBIOSNames(body) : nil,
        target: type == .retarget ? try? NBSSHeader.target(body) : nil))
  }

  func unreadable(_ structure: String, _ error: DecodeError, frame: FrameStamp, side: Side) {
    context.frameMatters = true
    record(unreadable: structure, error, frame: frame.number, side: side)
  }

  func lost(_ count: Int, frame: FrameStamp, side: Side) {
    recordLost(count, isEndOfMessage: false, frame: frame, side: side)
  }

  func recordLost(_ count: Int, isEndOfMessage: Bool, frame: FrameStamp, side: Side) {
    let sender = transcript.peer(side)
    guard transcript.visibility.lost.count(where: { $0.sender == sender && $0.isEndOfMessage == isEndOfMessage }) < Limit.lost
    else {
      transcript.visibility.lostNotKept += 1
      return
    }
    transcript.visibility.lost.append(
      LostBytes(sender: sender, frame: frame.number, time: frame.time, count: count, isEndOfMessage: isEndOfMessage))
  }

  func record(unreadable structure: String, _ error: DecodeError, frame: Int, side: Side) {
    guard transcript.unreadable.count < Limit.unreadable else {
      transcript.unreadableNotKept += 1
      return
    }
    transcript.unreadable.append(
      UnreadableMessage(sender: transcript.peer(side), structure: structure, frame: frame, error: error))
  }
}
