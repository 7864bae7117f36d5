import Capture
import Foundation
import Packets
import Rules
import Testing
import Transcripts

/// The peers of the fixtures, as their READMEs name them: nothing of Windows among them.
@Suite struct PeerFixtureTests {
  static let known: Set<Implementation> = [
    .samba, .smbprotocol, .impacket, .linuxCIFS, .ksmbd, .scapy, .pysmb, .goSMB2, .azureFiles,
  ]

  @Test(arguments: Fixture.all)
  func namesNobodyElse(fixture: Fixture) throws {
    var transcripts: [Transcript] = []
    var tracker = Tracker { transcripts.append($0) }
    let recording = try Recording(paths: [fixture.capture.path])
    recording.forEachFrame { frame, _, bytes in tracker.accept(frame, bytes) }
    _ = tracker.finish()
    for transcript in transcripts {
      for peer in [Peers(transcript.peerTraits).client, Peers(transcript.peerTraits).server].compactMap(\.self)
      where peer.confidence == .likely {
        #expect(Self.known.contains(peer.implementation), "\(fixture) connection \(transcript.id): \(peer), \(peer.signs)")
      }
    }
  }
}
