import Packets

/// In which order a file holds the bytes of a number.
enum ByteOrder {
  case little, big
}

extension ByteView {
  @inline(__always) func u16(at offset: Int, _ order: ByteOrder) throws(DecodeError) -> UInt16 {
    order == .little ? try u16le(at: offset) : try u16be(at: offset)
  }

  @inline(__always) func u32(at offset: Int, _ order: ByteOrder) throws(DecodeError) -> UInt32 {
    order == .little ? try u32le(at: offset) : try u32be(at: offset)
  }

  @inline(__always) func u64(at offset: Int, _ order: ByteOrder) throws(DecodeError) -> UInt64 {
    order == .little ? try u64le(at: offset) : try u64be(at: offset)
  }
}
