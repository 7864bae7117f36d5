import Foundation
import Rules
import Testing

@Suite struct PeerTableTests {
  /// `UPDATE_SNAPSHOTS=1` writes the page.
  @Test func pageIsCurrent() throws {
    let page = URL(filePath: #filePath).appending(path: "../../../Documentation/peers.md").standardizedFileURL
    var text = ""
    PeerTable.writeMarkdown { text += $0 }
    if ProcessInfo.processInfo.environment["UPDATE_SNAPSHOTS"] != nil { try Data(text.utf8).write(to: page) }
    #expect(try String(contentsOf: page, encoding: .utf8) == text)
  }
}
