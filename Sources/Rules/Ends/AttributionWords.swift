import Packets
import Transcripts

extension Attribution {
  /// How sure it is that another device sent the segment; nil when nothing speaks for it.
  var thirdParty: Confidence? {
    switch suspicion {
    case .likely: .likely
    case .possible: .possible
    case nil: nil
    }
  }

  var evidence: [Evidence] { signs.map { Evidence(termination.stamp.number, nil, $0.note, isEnd: true) } }
}

extension Attribution.Sign {
  var note: String {
    switch fact {
    case .hopLimit(let hopLimit, let usual):
      let baseline = usual.lowerBound == usual.upperBound ? "\(usual.lowerBound)" : "\(usual.lowerBound) to \(usual.upperBound)"
      return "its TTL is \(hopLimit), the host's other segments have \(baseline)"
    case .identification(let identification, let last):
      return "its IP ID is \(identification), the host counts up and was at \(last)"
    case .identificationNotZero(let identification): return "its IP ID is \(identification), the host always sends 0"
    case .sequence(let distance): return "its sequence number is \(distance) bytes beyond the data that the host sent"
    case .soonerThanRoundTrip(let delay, let roundTrip):
      return "it comes \(delay) after the client's segment, but the server is \(roundTrip) away"
    case .hardwareAddress: return "it comes from another hardware address than the host's other segments"
    case .bothEnds: return "both ends were reset within a millisecond"
    case .severalSequenceNumbers: return "several resets try different sequence numbers"
    case .hostGoesOn(let frame): return "the same host continues to send new data after it (frame \(frame))"
    case .window(let window, let last): return "its window is \(window), the host's last was \(last)"
    case .trafficClass(let trafficClass, let host): return "its traffic class is \(trafficClass), the host's is \(host)"
    }
  }
}
