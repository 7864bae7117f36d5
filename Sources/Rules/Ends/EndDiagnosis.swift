import Packets
import Transcripts

/// What the end of a connection is told as: each case is said by one rule, or by none.
enum EndDiagnosis: Equatable {
  /// Nothing is wrong, or a status says what is.
  case nothing
  /// The capture lacks what would tell.
  case cannotTell
  /// A message of this host was sent again and again and never confirmed.
  case notDelivered(from: Peer)
  case unanswered(End.Question)
  /// Somebody closed instead of the answer, or before it.
  case cutOff(End.Question, by: Peer)
  case resetByThirdParty
  /// The recording ends too soon.
  case notYet(End.Question)
  /// The client left over the server's last word.
  case rejected(End.Answer)
  /// The server closed right behind its own answer.
  case closedBehind(End.Answer)
  /// The client did not go on, and nobody closed for long.
  case leftOpen(End.Answer)
  /// The client left in order, or later.
  case left(End.Answer)
}

// The table. Neither function has a default: a combination without a row does not compile.
extension End {
  var diagnosis: EndDiagnosis {
    switch turn {
    case .server(let question): diagnosis(owing: question)
    case .client(let answer): diagnosis(behind: answer)
    case .nobody: .nothing
    }
  }

  /// The server owes an answer.
  private func diagnosis(owing question: Question) -> EndDiagnosis {
    switch (kind, delivery) {
    case (.unseen, _): .cannotTell
    case (.forged, _): .resetByThirdParty
    // The server that closes soon, or knows the connection no more, did not confirm anything for that reason.
    case (.debtorClosed, _): .cutOff(question, by: .server)
    case (.gaveUp, .repeated(let peer)), (.leftEarly, .repeated(let peer)), (.waiting, .repeated(let peer)),
      (.cutShort, .repeated(let peer)), (.orderly, .repeated(let peer)), (.refused, .repeated(let peer)):
      .notDelivered(from: peer)
    case (.gaveUp, .confirmed), (.gaveUp, .unknown), (.waiting, .confirmed), (.waiting, .unknown): .unanswered(question)
    case (.leftEarly, .confirmed), (.leftEarly, .unknown): .cutOff(question, by: .client)
    case (.cutShort, .confirmed), (.cutShort, .unknown): .notYet(question)
    case (.refused, .confirmed), (.refused, .unknown), (.orderly, .confirmed), (.orderly, .unknown): .nothing
    }
  }

  /// The server has answered, and the client owes the next step.
  private func diagnosis(behind answer: Answer) -> EndDiagnosis {
    switch (kind, delivery, answer) {
    case (.refused, _, _): .nothing
    case (.unseen, _, _): .cannotTell
    case (.forged, _, _): .resetByThirdParty
    case (.debtorClosed, .repeated(let peer), _), (.gaveUp, .repeated(let peer), _), (.leftEarly, .repeated(let peer), _),
      (.waiting, .repeated(let peer), _), (.cutShort, .repeated(let peer), _), (.orderly, .repeated(let peer), _):
      .notDelivered(from: peer)
    case (.debtorClosed, .confirmed, _), (.debtorClosed, .unknown, _): .rejected(answer)
    case (.leftEarly, .confirmed, .request), (.leftEarly, .unknown, .request): .left(answer)
    case (.leftEarly, .confirmed, _), (.leftEarly, .unknown, _): .closedBehind(answer)
    case (.gaveUp, .confirmed, _), (.gaveUp, .unknown, _), (.waiting, .confirmed, _), (.waiting, .unknown, _): .leftOpen(answer)
    case (.cutShort, .confirmed, _), (.cutShort, .unknown, _): .nothing
    case (.orderly, .confirmed, _), (.orderly, .unknown, _): .left(answer)
    }
  }
}
