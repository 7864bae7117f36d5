/// Remedies of a server that does not answer.
extension Remedy {
  static let antivirus = Remedy(
    "On the server, stop the network and file-system parts of the antivirus or endpoint security software as a test, update it, and exclude the file service from its inspection. These are the filters that are loaded:",
    command: "fltmc filters",
    caution: "Switch the protection on again after the test.")
}
