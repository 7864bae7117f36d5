import FoundationEssentials
import Packets

/// The Community ID of a TCP connection, by which other tools name the same one: Community ID Flow Hashing 1, seed 0.
///
/// SHA-1 over seed 2, both addresses, protocol 1, padding 1 and both ports, big-endian, the lower end first.
func communityID(_ left: Endpoint, _ right: Endpoint) -> String {
  let isOrdered = left.address == right.address ? left.port <= right.port : left.address < right.address
  let ends = isOrdered ? [left, right] : [right, left]
  var key: [UInt8] = [0, 0]
  for end in ends { key += bytes(of: end.address) }
  key += [6, 0]
  for end in ends { key += bytes(of: end.port) }
  return "1:" + Data(sha1(key)).base64EncodedString()
}

private func bytes(of address: IPAddress) -> [UInt8] {
  address.isIPv4 ? bytes(of: UInt32(truncatingIfNeeded: address.low)) : bytes(of: address.high) + bytes(of: address.low)
}
