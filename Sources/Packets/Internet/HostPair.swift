/// The addresses of the host that asks and of the host that answers.
package struct HostPair: Hashable, Sendable {
  package var client: IPAddress
  package var server: IPAddress

  package init(client: IPAddress, server: IPAddress) { (self.client, self.server) = (client, server) }
}
