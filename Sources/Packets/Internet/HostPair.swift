/// The addresses of the host that asks and of the host that answers.
@usableFromInline package struct HostPair: Hashable, Sendable {
  @usableFromInline package var client: IPAddress
  @usableFromInline package var server: IPAddress

  package init(client: IPAddress, server: IPAddress) { (self.client, self.server) = (client, server) }
}
