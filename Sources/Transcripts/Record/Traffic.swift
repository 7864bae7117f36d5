package import Packets

/// Messages that are counted and not kept. Each open connection has one: the order of the fields leaves no gaps.
package struct Traffic: Sendable {
  package var requests = 0
  package var responses = 0
  /// Frame of the client's last message, of whatever kind.
  @OptionalFrame package var lastRequestFrame: Int?
  /// A CREATE, or an IOCTL other than Validate Negotiate, on a connected tree.
  @OptionalStamp package var firstTreeUse: FrameStamp?
  /// The answer to the last Validate Negotiate that is only counted.
  @OptionalFrame var settledValidationFrame: Int?
  /// Requests of the client after that of the last Validate Negotiate exchange.
  package var requestsSinceValidation = 0
  /// Messages of the server after the last Validate Negotiate request, other than its answer and those to what was asked
  /// before.
  package var responsesSinceValidation = 0
  /// The first request since the server said something last, unless it owes nothing, by the counts.
  @OptionalStamp package var awaited: FrameStamp?
  /// A request that does work, or a QUERY_INFO or CLOSE, that was not answered, although others may have been.
  @OptionalStamp var oldestOpen: FrameStamp?
  /// The client's last request other than one by which it turns away from what it had asked.
  @OptionalStamp package var lastAsk: FrameStamp?
  /// The first request behind it by which it turned away: TREE_DISCONNECT, LOGOFF, CANCEL, ECHO.
  @OptionalStamp package var turnedAway: FrameStamp?
  /// The server's last message.
  @OptionalStamp package var lastResponse: FrameStamp?
  /// Its last message that answers something else than ECHO, by which clients only ask whether it is there.
  @OptionalStamp package var lastUse: FrameStamp?
  /// Between the last two of them.
  var silence = TimeSpan.zero
  /// The first of them that does work: no referral and no question about interfaces.
  @OptionalFrame package var firstWorkFrame: Int?
  /// The last answer by which a file was opened, read, written, changed or listed.
  @OptionalFrame package var lastWorkDoneFrame: Int?
  /// How many such answers there were.
  package var workDone = 0
  private var rarities = Boxed<Rarities>()
  /// The client's last message was LOGOFF or TREE_DISCONNECT.
  package var lastRequestLeaves = false
  /// The server has sent nothing since the client's last request.
  package var isAwaitingAnswer = false
  /// The server has said that it works on ``oldestOpen``.
  var oldestOpenIsPending = false
  /// A request on a connected share, or of a pipe, was answered.
  package var isInUse = false
  /// Data were read or written.
  package var hasMovedData = false
  /// A folder was listed.
  package var hasListed = false

  /// Values that only encrypted, compressed or cut connections have.
  private struct Rarities: DefaultInitializable, Sendable {
    var encryptedMessages = 0
    var decryptedMessages = 0
    @OptionalFrame var firstEncryptedFrame: Int?
    var compressedMessages = 0
    var cutMessages = 0
    var repliesWithoutRequest = 0
    var encryptedAnswers = EncryptedAnswers()
    var encryptedResponses = 0
    @OptionalStamp var passedOver: FrameStamp?
  }

  /// Nothing was encrypted, compressed, cut or answered without a question.
  var isInClear: Bool { rarities.isAbsent }
  package var isSMB: Bool { requests + responses + encryptedMessages + compressedMessages + cutMessages > 0 }
}

extension Traffic {
  /// Messages that no key opens.
  package var encryptedMessages: Int {
    get { rarities.read { $0.encryptedMessages } }
    _modify { yield &rarities.value.encryptedMessages }
  }

  package var decryptedMessages: Int {
    get { rarities.read { $0.decryptedMessages } }
    _modify { yield &rarities.value.decryptedMessages }
  }

  package var firstEncryptedFrame: Int? {
    get { rarities.read { $0.firstEncryptedFrame } }
    _modify { yield &rarities.value.firstEncryptedFrame }
  }

  /// Compressed messages that were not decompressed.
  package var compressedMessages: Int {
    get { rarities.read { $0.compressedMessages } }
    _modify { yield &rarities.value.compressedMessages }
  }

  /// Messages of which only the beginning was captured.
  package var cutMessages: Int {
    get { rarities.read { $0.cutMessages } }
    _modify { yield &rarities.value.cutMessages }
  }

  /// Requests that were answered with something that belongs to no request of the capture.
  package var repliesWithoutRequest: Int {
    get { rarities.read { $0.repliesWithoutRequest } }
    _modify { yield &rarities.value.repliesWithoutRequest }
  }

  /// What the sizes of the server's encrypted messages say.
  package var encryptedAnswers: EncryptedAnswers {
    get { rarities.read { $0.encryptedAnswers } }
    _modify { yield &rarities.value.encryptedAnswers }
  }

  /// Messages of the server that were encrypted.
  package var encryptedResponses: Int {
    get { rarities.read { $0.encryptedResponses } }
    _modify { yield &rarities.value.encryptedResponses }
  }

  /// An encrypted request that had no answer for long when the client asked for something else.
  var passedOver: FrameStamp? {
    get { rarities.read { $0.passedOver } }
    _modify { yield &rarities.value.passedOver }
  }
}
