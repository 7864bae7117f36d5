import Packets
import Protocols

/// A cause of a refusal that another connection may refute: a grant there shows that the server, or the path, is not to blame.
enum Question: Hashable, Sendable {
  /// Does the server let users in with NTLM; with NTLMv1; without encryption?
  case admission(IPAddress), version1(IPAddress), clearAdmission(IPAddress)
  /// Does it have the share; is the share used in clear?
  case share(ShareKey), clearShare(ShareKey)
  /// Does it accept signed requests of this client on SMB 3.1.1?
  case signature(HostPair)
  /// Does it accept tickets for this service?
  case ticket(TicketKey)
  /// Does it answer other clients; does it speak SMB2; is the host up at all?
  case port(IPAddress), smb2(IPAddress), host(IPAddress)
}

struct ShareKey: Hashable, Sendable {
  var server: IPAddress
  /// In small letters.
  var share: String
}

/// Tickets that a server opens with the same key.
struct TicketKey: Hashable, Sendable {
  var server: IPAddress
  /// `cifs/fs01.lab.example`, in small letters.
  var service: String
  var etype: KerberosEncryptionType?
}

/// What was granted, where and to which user.
struct Grant: Sendable {
  var stamp: FrameStamp
  var client: IPAddress
  /// nil where the server has none.
  var server: GUID?
  var user: String?
  /// The server's name in the path of a share.
  var host: String?
  /// Of a ticket.
  var kvno: UInt32?
  /// A share is still connected, or its connection ended less than a few seconds ago.
  var isOpen = true
}

/// A question that nothing earlier in the recording answers.
struct OpenQuestion: Hashable, Sendable {
  var question: Question
  /// The refusal.
  var stamp: FrameStamp
}

extension Transcript {
  /// What is open about its refusals.
  var openQuestions: [OpenQuestion] { rarities.isAbsent ? [] : rarities.read { $0.openQuestions } }

  /// nil where the server has none.
  var serverGUID: GUID? { negotiation?.response?.serverGUID.isZero == false ? negotiation?.response?.serverGUID : nil }

  /// Takes what was granted elsewhere, before the refusal or after it.
  mutating func record(_ grant: Grant, for open: OpenQuestion) {
    let frame = open.stamp.number
    switch open.question {
    case .admission, .version1, .clearAdmission, .ticket:
      guard let index = sessions.lastIndex(where: { $0.replyStamp?.frame == frame }) else { return }
      sessions[index].record(grant, for: open.question)
    case .share, .clearShare, .signature:
      guard let index = trees.lastIndex(where: { $0.replyStamp?.frame == frame }) else { return }
      trees[index].record(grant, for: open, ServerChange(there: grant.server, here: serverGUID))
    case .port:
      guard grant.client != client.address, grant.stamp.time.since(open.stamp.time).magnitude <= Precedents.restartTime else { return }
      rarities.value.answersOthers = grant.stamp
    case .smb2: rarities.value.answersOthers = grant.stamp
    case .host: rarities.value.hostAnswers = grant.stamp
    }
  }
}

extension Session {
  fileprivate mutating func record(_ grant: Grant, for question: Question) {
    let frame = grant.stamp.number
    if case .ticket = question {
      return rarities.value.acceptedTicket = AcceptedTicket(frame: frame, user: grant.user, kvno: grant.kvno)
    }
    var admission = admittedOthers ?? Admission(frame: frame)
    switch question {
    case .version1: admission.version1Frame = frame
    case .clearAdmission: admission.clearFrame = frame
    default: break
    }
    rarities.value.admittedOthers = admission
  }
}

extension Tree {
  fileprivate mutating func record(_ grant: Grant, for open: OpenQuestion, _ change: ServerChange?) {
    switch open.question {
    case .clearShare: rarities.value.useInClear = ShareUse(frame: grant.stamp.number, user: grant.user, isOpen: grant.isOpen)
    case .signature: rarities.value.signatureAcceptedFrame = grant.stamp.number
    default:
      rarities.value.connectedElsewhere = OtherConnect(
        frame: grant.stamp.number, distance: grant.stamp.time.since(open.stamp.time), change: change, host: grant.host, user: grant.user)
    }
  }
}
