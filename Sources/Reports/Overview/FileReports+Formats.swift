import Diagnosis
import Rules

// Reports of several recordings in the formats that are for one document.
extension FileReports {
  /// Of the report of one file in a ticket.
  static let bytesOfTicket = 20_000
  /// Files that a page names in its overview; its parts have all of them.
  private static let linesOfTicket = 200

  // MARK: HTML

  /// What the page says first; the names are those in the template.
  fileprivate struct PageView {
    struct File {
      var number: Int
      var name: String
      var sign: String
      var tone: Tone
      var about: String
      /// A part of the page has more.
      var isRead: Bool
    }

    var headline: String
    var toneOfHeadline: Tone
    var files: [File]
  }

  func writeHTML(_ write: (String) -> Void) {
    let files = parts.enumerated().map { PageView.File($1, number: $0 + 1) }
    let worst = [Tone.critical, .warning].first { tone in files.contains { $0.tone == tone } } ?? .good
    write(HTMLPage.head)
    write(Template(HTMLPage.files).render(PageView(headline: headline, toneOfHeadline: worst, files: files)))
    for (file, part) in zip(files, parts) {
      guard case .read(_, let text) = part else { continue }
      write(Template(HTMLPage.file).render(file))
      write(text)
      write(HTMLPage.fileEnd)
    }
    write("</main>\n")
    write(Template(HTMLPage.legend).render(LegendView()))
    write(HTMLPage.end)
  }

  // MARK: Markdown

  /// A list of the files, then what fits of their reports, those of the worst files first of all.
  func writeMarkdown(_ write: (String) -> Void) {
    var list = "## smbdx: \(headline)\n\n| | file | |\n|---|---|---|\n"
    for part in parts.prefix(Self.linesOfTicket) { list += row(of: part) }
    if parts.count > Self.linesOfTicket { list += "\n… and \(grouped(parts.count - Self.linesOfTicket)) more.\n" }
    var room = Ticket.Limit.bytes - Ticket.Limit.reserve - list.utf8.count
    var told: Set<Int> = []
    let order = parts.indices.sorted { (parts[$1].gravity, $0) < (parts[$0].gravity, $1) }
    for index in order {
      guard case .read(_, let text) = parts[index], text.utf8.count < room else { continue }
      room -= text.utf8.count + 1
      told.insert(index)
    }
    write(list)
    for index in told.sorted() { if case .read(_, let text) = parts[index] { write("\n" + text) } }
    let left = parts.count { if case .read = $0 { true } else { false } } - told.count
    guard left > 0 else { return }
    write("\nThe report\(left == 1 ? "" : "s") of \(counted(left, "file")) had no room, because a ticket holds \(grouped(Ticket.Limit.bytes)) characters;  ")
    write("`smbdx --per-file --format html` shows everything.\n")
  }

  private func row(of part: Part) -> String {
    let (file, sign, about) =
      switch part {
      case .unreadable(let file, let why): (file, "!", why)
      case .read(let line, _): (line.file, line.mark.sign, [line.counts, line.gist].compactMap(\.self).joined(separator: "; "))
      }
    return "| \(Markdown.text(sign)) | \(Markdown.text(Escaping.clipped(file))) | \(Markdown.text(about)) |\n"
  }

  // MARK: For CI servers

  func writeJUnit(_ write: (String) -> Void) {
    var counts = junitCounts
    let suites = parts.map { part in
      switch part {
      case .read(_, let text): return text
      case .unreadable(let file, let why):
        let suite = JUnit.unreadable(file, why)
        counts = counts + suite.counts
        return suite.text
      }
    }
    JUnit.write(suites, counts, write)
  }

  func writeGitHub(_ write: (String) -> Void) {
    for part in parts {
      switch part {
      case .read(_, let text): write(text)
      case .unreadable(let file, let why): GitHub.annotate("warning", file: file, title: "smbdx: unreadable", why, write)
      }
    }
  }
}

extension FileReports.Part {
  /// Files with failures go before those with warnings.
  fileprivate var gravity: Int {
    guard case .read(let line, _) = self else { return 0 }
    switch line.mark.tone {
    case .critical: return 2
    case .warning: return 1
    default: return 0
    }
  }
}

extension FileReports.PageView.File {
  fileprivate init(_ part: FileReports.Part, number: Int) {
    switch part {
    case .unreadable(let file, let why): self.init(number: number, name: file, sign: "!", tone: .warning, about: why, isRead: false)
    case .read(let line, _):
      let about = [line.counts, line.gist].compactMap(\.self).joined(separator: "; ")
      self.init(number: number, name: line.file, sign: line.mark.sign, tone: line.mark.tone, about: about, isRead: true)
    }
  }
}

extension HTMLPage {
  fileprivate static let files = """
    <title>{{headline}}</title>
    </head>
    <body>
    <header class="verdict">
    <h1 class="{{toneOfHeadline}}">{{headline}}</h1>
    <ol class="causes">
    {{#files}}
    {{#isRead}}
    <li><a href="#file-{{number}}"><span class="mark {{tone}}">{{sign}}</span> <span><span class="ends">{{name}}</span><span class="cause">{{about}}</span></span></a></li>
    {{/isRead}}
    {{^isRead}}
    <li><span class="unread"><span class="mark {{tone}}">{{sign}}</span> <span><span class="ends">{{name}}</span><span class="cause">{{about}}</span></span></span></li>
    {{/isRead}}
    {{/files}}
    </ol>
    </header>
    <main>

    """

  fileprivate static let file = """
    <details class="file">
    <summary><span class="mark {{tone}}">{{sign}}</span> <span class="ends">{{name}}</span></summary>
    <div id="file-{{number}}">

    """

  fileprivate static let fileEnd = """
    </div>
    </details>

    """
}
