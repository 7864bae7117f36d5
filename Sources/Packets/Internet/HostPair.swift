/// Who asks and who answers, by their addresses.
package struct HostPair: Hashable, Sendable {
  package var client: IPAddress
  package var server: IPAddress

  package init(client: IPAddress, server: IPAddress) { (self.client, self.server) = (client, server) }
}
