/// What the SMB connections of a recording have in common.
final class ConversationContext {
  let observer: (any MessageObserver)?
  /// Bytes of their messages that are not yet whole.
  let held = HeldBytes(limit: HeldBytes.Limit.messages)
  let values = SharedValues()
  let precedents = Precedents()
  let times = CommandTimes()
  /// The frame at hand brings bytes of messages that establish or end something: whether it is damaged is to be found out.
  var frameMatters = false

  /// The same, but only its time is of interest.
  var frameIsCited = false

  init(observer: (any MessageObserver)?) { self.observer = observer }
}
