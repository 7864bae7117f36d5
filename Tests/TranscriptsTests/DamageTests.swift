import Packets
import TestSupport
import Testing
import Transcripts

/// Whole recordings with anything wrong in them: each is followed to its end, and what is right in them is found.
@Suite struct DamageTests {
  static let whole: Conversation = {
    var conversation = Conversation()
    conversation.open()
    conversation.send(.client, nbss(smb1Negotiate(HistoryTests.strings)))
    conversation.response(.response(0, 0, SMB2BodyBytes.negotiateResponse(dialect: 0x02ff)))
    conversation.negotiate(1)
    conversation.setUpSession(2)
    conversation.connectTree(4)
    conversation.validate(5)
    conversation.request(.request(9, 6, session: Conversation.session, tree: 5, .counting(900)))
    conversation.response(SMB2Bytes.response(9, 6, session: Conversation.session, []).interim)
    conversation.response(.response(9, 6, session: Conversation.session, tree: 5, .counting(17)))
    conversation.send(.client, nbss(encryptedMessage(session: Conversation.session, ciphertext: 90)))
    conversation.request(.request(2, 7, session: Conversation.session, SMB2BodyBytes.empty))
    conversation.response(.response(2, 7, session: Conversation.session, SMB2BodyBytes.empty))
    conversation.send(.client, flags: [.fin, .ack])
    conversation.send(.server, flags: [.fin, .ack])
    return conversation
  }()

  /// Bytes changed, frames cut, lost, repeated and moved, times that jump.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func survivesDamagedRecordings(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<100 {
      var frames = Self.whole.frames
      for _ in 0..<Int.random(in: 1...8, using: &generator) {
        guard !frames.isEmpty else { break }
        let index = Int.random(in: frames.indices, using: &generator)
        switch Int.random(in: 0..<7, using: &generator) {
        case 0: frames.remove(at: index)
        case 1: frames.insert(frames[index], at: Int.random(in: frames.indices, using: &generator))
        case 2: frames.swapAt(index, Int.random(in: frames.indices, using: &generator))
        case 3:
          frames[index].originalLength = frames[index].bytes.count
          frames[index].bytes.removeLast(Int.random(in: 0...frames[index].bytes.count, using: &generator))
        case 4: frames[index].time = Timestamp(nanoseconds: [.min, 0, 5_000_000_000, .max].randomElement(using: &generator)!)
        default:
          guard !frames[index].bytes.isEmpty else { continue }
          for _ in 0..<3 {
            let offset = Int.random(in: frames[index].bytes.indices, using: &generator)
            frames[index].bytes[offset] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &generator)!
          }
        }
      }
      let recorded = Recorded(frames)
      #expect(recorded.counts?.frames == frames.count)
      for transcript in recorded.transcripts {
        _ = transcript.outcome
        _ = transcript.outcomes
        #expect(transcript.visibility.missingFromClient >= 0)
        #expect(transcript.visibility.missingFromServer >= 0)
      }
    }
  }

  /// Every frame twice, as a capture on all interfaces of a router holds them: nothing changes but the frame numbers.
  @Test func isNotChangedByCopies() throws {
    let frames = Self.whole.frames.flatMap { frame -> [TestFrame] in
      var copy = frame
      // One hop on.
      copy.bytes[22] -= 1
      return [frame, copy]
    }
    let plain = try #require(Recorded(Self.whole).transcripts.first)
    let doubled = Recorded(frames)
    let transcript = try #require(doubled.transcripts.first)
    #expect(doubled.transcripts.count == 1)
    #expect(transcript.outcomes == plain.outcomes)
    #expect(transcript.traffic.requests == plain.traffic.requests)
    #expect(transcript.traffic.responses == plain.traffic.responses)
    #expect(transcript.terminations.count == plain.terminations.count)
    #expect(transcript.visibility.conflictingSegments == 0)
    #expect(transcript.visibility.missingFromClient + transcript.visibility.missingFromServer == 0)
  }

  /// Frames that change places with their neighbours, behind the handshake: the same history.
  @Test(arguments: 0..<100 as Range<UInt64>)
  func isNotChangedByMisorderedFrames(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var frames = Self.whole.frames
    var index = 4
    while index + 1 < frames.count - 2 {
      if Bool.random(using: &generator) {
        frames.swapAt(index, index + 1)
        index += 2
      } else {
        index += 1
      }
    }
    let plain = try #require(Recorded(Self.whole).transcripts.first)
    let transcript = try #require(Recorded(frames).transcripts.first)
    #expect(transcript.dialect == plain.dialect)
    #expect(transcript.sessions.map(\.isEstablished) == [true])
    #expect(transcript.trees.map(\.isConnected) == [true])
    #expect(transcript.traffic.requests == plain.traffic.requests)
    #expect(transcript.traffic.responses == plain.traffic.responses)
    #expect(transcript.visibility.missingFromClient + transcript.visibility.missingFromServer == 0)
    #expect(transcript.unreadable.isEmpty)
  }

  /// Each frame left out once: no stage that passed before is said to have failed.
  @Test func blamesNobodyForALostFrame() throws {
    for index in Self.whole.frames.indices {
      var frames = Self.whole.frames
      frames.remove(at: index)
      let transcript = try #require(Recorded(frames).transcripts.first)
      #expect(!transcript.outcomes.contains(.failed), "frame \(index + 1) left out: \(transcript.outcomes)")
      #expect(transcript.outcome != .failed)
    }
  }

  /// Each frame cut to what a short snapshot length leaves.
  @Test(arguments: [60, 96, 128, 200])
  func blamesNobodyForAShortSnapshotLength(length: Int) throws {
    let frames = Self.whole.frames.map { frame in
      var cut = frame
      cut.originalLength = frame.bytes.count
      cut.bytes = Array(frame.bytes.prefix(length))
      return cut
    }
    let transcript = try #require(Recorded(frames).transcripts.first)
    #expect(!transcript.outcomes.contains(.failed), "\(transcript.outcomes)")
    #expect(transcript.outcome != .failed)
  }
}
