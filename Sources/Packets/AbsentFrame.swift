// Frames count from 1. These wrappers keep an absent one as number 0, so that it takes no more room than one that is there, and
// show an optional: nobody else sees that 0. In files, too, it stands for an absent frame.

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
  /// It comes after the other frame, or there is no other.
  @inlinable package func isBehind(_ other: FrameStamp?) -> Bool {
    guard let other else { return true }
    return number > other.number
  }
}

extension FrameStamp? {
  /// There is such a frame, and it comes after the other, or there is no other.
  @inlinable package func isBehind(_ other: FrameStamp?) -> Bool {
    guard let self else { return false }
    return self.isBehind(other)
  }

  /// There is such a frame, and it comes after this one.
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
