import Synchronization

/// A value that is made when it is first wanted: most cases of a healthy recording never ask for theirs.
struct OnDemand<Value: Sendable>: Sendable {
  private final class Storage: Sendable {
    let made = Mutex<Value?>(nil)
    let make: @Sendable () -> Value

    init(_ make: @escaping @Sendable () -> Value) { self.make = make }
  }

  private var storage: Storage?

  /// Without a value.
  init() {}

  init(_ make: @escaping @Sendable () -> Value) { storage = Storage(make) }

  var value: Value? {
    storage.map { storage in
      storage.made.withLock { made in
        let value = made ?? storage.make()
        made = value
        return value
      }
    }
  }
}
