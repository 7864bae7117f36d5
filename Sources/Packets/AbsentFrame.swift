// Frames count from 1. These wrappers store an absent frame as number 0, so that it takes no extra room, and show an optional.
// Only the wrappers see the 0. Files also store it for an absent frame.

/// The number of a frame, which may be absent.
@propertyWrapper
@usableFromInline package struct OptionalFrame: Hashable, Sendable {
  @usableFromInline var number = 0

  @inlinable package init() {}
  @inlinable package init(wrappedValue: Int?) { number = wrappedValue ?? 0 }

  @inlinable package var wrappedValue: Int? {
    get { number == 0 ? nil : number }
    set { number = newValue ?? 0 }
  }
}

/// The stamp of a frame, which may be absent.
@propertyWrapper
@usableFromInline package struct OptionalStamp: Hashable, Sendable {
  @usableFromInline var stamp = FrameStamp(number: 0, time: Timestamp(nanoseconds: 0))

  @inlinable package init() {}
  @inlinable package init(wrappedValue: FrameStamp?) { self.wrappedValue = wrappedValue }

  @inlinable package var wrappedValue: FrameStamp? {
    get { stamp.number == 0 ? nil : stamp }
    set { stamp = newValue ?? FrameStamp(number: 0, time: Timestamp(nanoseconds: 0)) }
  }
}

/// The stamp of a frame, which may be absent, in 12 bytes: for what every connection has. The number ends at 4,294,967,295.
@propertyWrapper
@usableFromInline package struct ShortStamp: Hashable, Sendable {
  @usableFromInline var time = Timestamp(nanoseconds: 0)
  @usableFromInline var number: UInt32 = 0

  @inlinable package init() {}
  @inlinable package init(wrappedValue: FrameStamp?) { self.wrappedValue = wrappedValue }

  @inlinable package var wrappedValue: FrameStamp? {
    get { number == 0 ? nil : FrameStamp(number: Int(number), time: time) }
    set {
      time = newValue?.time ?? Timestamp(nanoseconds: 0)
      number = UInt32(clamping: newValue?.number ?? 0)
    }
  }
}

extension FrameStamp {
  /// Whether this frame comes after the other. It does if the other is absent.
  @inlinable package func isBehind(_ other: FrameStamp?) -> Bool {
    guard let other else { return true }
    return number > other.number
  }
}

extension FrameStamp? {
  /// Whether this frame is present and comes after the other. It does if only the other is absent.
  @inlinable package func isBehind(_ other: FrameStamp?) -> Bool {
    guard let self else { return false }
    return self.isBehind(other)
  }

  /// Whether this frame is present and comes after that number.
  @inlinable package func isBehind(frame: Int) -> Bool {
    guard let self else { return false }
    return self.number > frame
  }
}

extension OptionalFrame: Codable {
  @usableFromInline package init(from decoder: any Decoder) throws { number = try Int(from: decoder) }
  @usableFromInline package func encode(to encoder: any Encoder) throws { try number.encode(to: encoder) }
}

extension OptionalStamp: Codable {
  @usableFromInline package init(from decoder: any Decoder) throws { stamp = try FrameStamp(from: decoder) }
  @usableFromInline package func encode(to encoder: any Encoder) throws { try stamp.encode(to: encoder) }
}
