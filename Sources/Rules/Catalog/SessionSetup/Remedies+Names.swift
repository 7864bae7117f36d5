/// Remedies of a target name that the server does not accept.
extension Remedy {
  static let targetNameOfClient = Remedy(
    "Let the client's program send the target name as cifs/HOST, with the server's own name and without a realm. A current version may do this. Events 551 and 5168 on the server show the name that it received.")
}
