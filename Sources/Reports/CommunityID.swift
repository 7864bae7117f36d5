import Crypto
import Foundation
import Packets

/// The Community ID of a TCP connection, by which other tools name the same one: Community ID Flow Hashing 1, seed 0.
///
/// SHA-1 over seed 2, both addresses, protocol 1, padding 1 and both ports, big-endian, the lower end first.
func communityID(_ left: Endpoint, _ right: Endpoint) -> String {
  let isOrdered = left.address == right.address ? left.port <= right.port : left.address < right.address
  let (first, second) = isOrdered ? (left, right) : (right, left)
  var hash = Insecure.SHA1()
  hash.update(data: [0, 0] as [UInt8])
  for endpoint in [first, second] { hash.update(data: bytes(of: endpoint.address)) }
  hash.update(data: [6, 0] as [UInt8])
  for endpoint in [first, second] { hash.update(data: bytes(of: endpoint.port)) }
  return "1:" + Data(hash.finalize()).base64EncodedString()
}

private func bytes(of address: IPAddress) -> [UInt8] {
  address.isIPv4 ? bytes(of: UInt32(truncatingIfNeeded: address.low)) : bytes(of: address.high) + bytes(of: address.low)
}

private func bytes<Number: FixedWidthInteger>(of number: Number) -> [UInt8] {
  stride(from: Number.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> Number($0)) }
}
