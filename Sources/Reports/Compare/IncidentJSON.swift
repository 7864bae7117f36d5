import Compare
import Diagnosis
import Packets
import Rules
import Transcripts

extension IncidentReport {
  /// Writes the comparison as one JSON document: `smbdx-compare/1`.
  package func writeJSON(to write: @escaping (String) -> Void) {
    let out = JSONWriter(.indented, write: write)
    out.object {
      out.head(schema: Self.schema, toolVersion: toolVersion)
      out.member("kind", "points")
      out.member("status", Int(status))
      out.member("problem", problemText)
      out.member("known", known)
      out.member("reordered", comparison.isReordered)
      out.array("points") { for place in points.indices { writePoint(place, to: out) } }
      out.array("hops") { for hop in comparison.hops { writeHop(hop, to: out) } }
    }
  }

  private func writePoint(_ place: Int, to out: JSONWriter) {
    let point = points[place]
    out.object {
      out.member("label", labels[place])
      out.member("file", point.name)
      out.member("frames", point.frames)
      out.member("smbConnections", point.connections.count)
      out.member("firstTime", point.first.rfc3339)
      out.member("lastTime", point.last.rfc3339)
      out.member("limitsReached", point.limitsReached)
      out.member("warnings", warnings(point))
    }
  }

  private func writeHop(_ hop: HopComparison, to out: JSONWriter) {
    out.object {
      out.member("near", labels[hop.near])
      out.member("far", labels[hop.far])
      if let clock = hop.clock { write(clock, to: out) } else { out.null("clock") }
      out.member("roundTripNanoseconds", hop.clock.map { _ in Int(hop.usualTrip.nanoseconds) })
      out.array("verdicts") { for verdict in hop.verdicts { write(verdict, to: out) } }
      out.array("connections") { for place in hop.pairs.indices { write(hop, place, to: out) } }
      out.array("onlyNear") { for one in hop.onlyNear { write(one, to: out) } }
      out.array("onlyFar") { for one in hop.onlyFar { write(one, to: out) } }
    }
  }

  private func write(_ clock: ClockRelation, to out: JSONWriter) {
    out.object("clock") {
      out.member("farAheadNanoseconds", Int(clock.offset.nanoseconds))
      out.member("errorNanoseconds", Int(clock.error.nanoseconds))
      out.member("driftPartsPerBillion", clock.drift.map { Int($0 * 1000) })
      out.member("driftErrorPartsPerBillion", clock.driftError.map { Int($0 * 1000) })
      out.member("samples", clock.samples)
    }
  }

  private func write(_ verdict: PathVerdict, to out: JSONWriter) {
    out.object {
      out.member("kind", verdict.kind.rawValue)
      out.member("confidence", verdict.confidence.rawValue)
      out.member("matters", verdict.matters)
      out.member("summary", verdict.deed)
      out.member("why", verdict.reason)
      out.array("frames") {
        for place in verdict.frames {
          out.object {
            out.member("point", labels[place.point])
            out.member("frame", place.frame)
          }
        }
      }
      out.member("connections", verdict.pairs.map { $0 + 1 })
    }
  }

  private func write(_ one: PointConnection, to out: JSONWriter) {
    out.object {
      out.member("client", "\(one.client)")
      out.member("server", "\(one.server)")
      out.member("tcpStream", one.tcpStream)
      out.member("firstFrame", one.firstFrame.number)
      out.member("lastFrame", one.lastFrame.number)
    }
  }

  private func write(_ hop: HopComparison, _ place: Int, to out: JSONWriter) {
    let pair = hop.pairs[place]
    out.object {
      out.member("id", place + 1)
      out.object("near") { writeEnds(pair.near, to: out) }
      out.object("far") { writeEnds(pair.far, to: out) }
      out.member("foundBy", pair.common.isEmpty ? ["addresses and ports"] : pair.common.map(\.words))
      out.member("tcp", pair.path.rawValue)
      out.member("tampered", pair.isTampered)
      out.array("steps") { for step in pair.steps { write(step, to: out) } }
      out.member("notCompared", pair.notCompared.sentences)
      out.member("path", pair.notes.map(\.text))
      out.array("findings") { for one in hop.settlements(of: place, points) { write(one, to: out) } }
    }
  }

  private func writeEnds(_ one: PointConnection, to out: JSONWriter) {
    out.member("client", "\(one.client)")
    out.member("server", "\(one.server)")
    out.member("tcpStream", one.tcpStream)
    out.member("messages", one.messageCount)
  }

  private func write(_ step: Step, to out: JSONWriter) {
    out.object {
      out.member("what", step.name)
      out.member("from", step.sender.rawValue)
      out.member("nearFrame", step.near?.number)
      out.member("farFrame", step.far?.number)
      out.member("fate", step.fateName)
      out.member("tampered", step.isTampered)
      out.member("transitNanoseconds", step.transit.map { Int($0.nanoseconds) })
      switch step.fate {
      case .altered(let changes):
        out.array("changes") {
          for change in changes {
            out.object {
              out.member("field", change.name)
              out.member("sent", change.sent)
              out.member("received", change.received)
            }
          }
        }
      case .dropped(let confidence, let why), .made(let confidence, let why):
        out.member("confidence", confidence.rawValue)
        out.member("why", why)
      case .notRecorded(let why): out.member("why", why)
      case .same, .sameAsFarAsCaptured: break
      }
    }
  }

  private func write(_ one: Settlement, to out: JSONWriter) {
    out.object {
      out.member("point", labels[one.point])
      out.member("finding", one.finding.id)
      out.member("rule", one.finding.rule.id)
      out.member("confidence", one.finding.confidence.rawValue)
      out.member("settled", one.outcome.rawValue)
      out.member("settledConfidence", one.outcome == .open ? nil : one.confidence.rawValue)
      out.member("says", one.sentence)
      out.member("causes", one.causes)
    }
  }
}

extension Step {
  fileprivate var fateName: String {
    switch fate {
    case .same: loss != nil ? "droppedAtFirst" : isDelayed ? "delayed" : "same"
    case .sameAsFarAsCaptured: "sameAsFarAsCaptured"
    case .altered: "altered"
    case .dropped: "dropped"
    case .made: "made"
    case .notRecorded: "notRecorded"
    }
  }
}
