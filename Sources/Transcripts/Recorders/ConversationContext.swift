import Proof

/// What the SMB connections of a recording have in common.
final class ConversationContext {
  let observer: (any MessageObserver)?
  /// Bytes of their messages that are not yet whole.
  let held: HeldBytes
  /// nil without keys.
  let proof: ProofContext?
  let values = SharedValues()
  let precedents = Precedents()
  let times = CommandTimes()
  let doubts = FrameDoubts()
  /// The frame at hand brings bytes of messages that establish or end something: whether it is damaged is to be found out.
  var frameMatters = false

  /// The same, but only its time is of interest.
  var frameIsCited = false
  /// How many bytes of the chunk that came last were looked at. A reader that looks at all of them leaves it as it is.
  var chunkUse = Int.max

  init(observer: (any MessageObserver)?, keys: KeyRing?) {
    self.observer = observer
    proof = keys.map(ProofContext.init)
    held = HeldBytes(limit: keys == nil ? HeldBytes.Limit.messages : HeldBytes.Limit.wholeMessages)
  }
}
