import Packets
import Protocols

/// One message for one decoder, which the first byte chooses.
func fuzzMessages(_ input: borrowing ByteView) {
  guard let choice = try? input.u8(at: 0), let rest = try? input.view(from: 1) else { return }
  let message = rest.rebased()
  try? decode(message, as: Int(choice))
}

private func decode(_ message: borrowing ByteView, as choice: Int) throws(DecodeError) {
  switch choice % 13 {
  case 0:
    let header = try SMB2Header(message)
    _ = try SMB2Body(message, header: header)
  case 1:
    _ = SMB1Body(message, header: try SMB1Header(message))
    _ = try SMB1NegotiateRequest(message)
  case 2:
    _ = SMB1Body(message, header: try SMB1Header(message))
    _ = try SMB1NegotiateResponse(message)
  case 3: _ = try SPNEGOToken(message)
  case 4: _ = try NTLMMessage(message)
  case 5: _ = try KerberosMessage(message.copy())
  case 6: check(try LZ4.decompress(message, size: 70_000))
  case 7: check(try LZ77.decompress(message, size: 70_000))
  case 8: check(try LZ77Huffman.decompress(message, size: 70_000))
  case 9: check(try LZNT1.decompress(message, size: 70_000))
  case 10:
    let message = try SMB2CompressedMessage(message)
    precondition(message.bytes.count <= SMB2CompressedMessage.Limit.size)
  case 11: _ = try DNSMessage(message)
  default: _ = try NTLMAVPairs(message)
  }
}

/// No more than was asked for.
private func check(_ output: [UInt8]) { precondition(output.count <= 70_000) }
