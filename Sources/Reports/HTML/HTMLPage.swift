/// The page's frame and templates, in the language of ``Template``.
///
/// Everything is XML too: elements are closed, attributes are quoted with `"`.
enum HTMLPage {
  /// A browser loads nothing for this page and runs nothing but its one script.
  static let head = """
    <!DOCTYPE html>
    <html lang="en" xmlns="http://www.w3.org/1999/xhtml">
    <head>
    <meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <meta name="color-scheme" content="light dark"/>
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src '\(scriptHash)'"/>
    <style>
    \(style)
    </style>

    """

  static let title = """
    <title>{{headline}} – {{files}}</title>
    </head>
    <body>

    """

  static let opening = """
    <header class="verdict">
    <p class="files">{{files}}: {{extent}}</p>
    <h1 class="{{toneOfHeadline}}">{{headline}}</h1>
    {{#sentences}}
    <p>{{text}}</p>
    {{/sentences}}
    {{#command}}
    <div class="command"><code>{{command}}</code></div>
    {{/command}}
    {{?causes}}
    <ol class="causes">
    {{#causes}}
    <li><a href="#{{target}}"><span class="mark {{mark.tone}}">{{mark.sign}}</span> <span><span class="ends">{{ends}}</span>{{#summary}}<span class="cause">{{summary}}</span>{{/summary}}</span></a></li>
    {{/causes}}
    </ol>
    {{/causes}}
    {{#moreCauses}}
    <p class="faint">{{moreCauses}}</p>
    {{/moreCauses}}
    {{#count}}
    <p class="faint">{{count}}</p>
    {{/count}}
    {{#shownBy}}
    <p class="warning">{{shownBy}}</p>
    {{/shownBy}}
    </header>
    <main>

    """

  static let connection = """
    {{#attempt}}
    <h2 class="attempt">{{attempt}}</h2>
    {{/attempt}}
    <article class="connection" id="connection-{{connectionID}}">
    <h2><span class="mark {{mark.tone}}" title="{{mark.outcome}}">{{mark.sign}}</span> <span>{{client}} → {{server}}</span></h2>
    <p class="about">{{#about}}<span>{{.}}</span> {{/about}}</p>
    <ol class="stages">
    {{#stages}}
    <li class="{{tone}}"><span class="symbol">{{symbol}}</span> {{name}} <span class="outcome">{{outcome}}</span></li>
    {{/stages}}
    </ol>
    {{#lead}}
    <section class="finding" id="finding-{{findingID}}">
    \(headline)
    <div class="proof">
    {{#ladder}}\(ladder){{/ladder}}
    <div>
    \(evidence)
    \(reasons)
    </div>
    </div>
    \(advice)
    </section>
    {{/lead}}
    {{^lead}}
    {{#ladder}}\(ladder){{/ladder}}
    {{/lead}}
    {{#others}}
    <section class="finding brief" id="finding-{{findingID}}">
    \(headline)
    \(evidence)
    </section>
    {{/others}}
    {{#notes}}
    <p class="note {{tone}}">{{text}}</p>
    {{/notes}}
    {{#ladder}}\(timeline){{/ladder}}
    <p class="faint">{{place}}</p>
    </article>

    """

  static let closing = """
    {{#sections}}
    <section class="part">
    <h2>{{title}}</h2>
    {{#findings}}
    <section class="finding" id="finding-{{findingID}}">
    \(headline)
    \(evidence)
    \(reasons)
    \(advice)
    </section>
    {{/findings}}
    {{#more}}
    <p class="faint">{{more}}</p>
    {{/more}}
    </section>
    {{/sections}}
    {{?healthy}}
    <section class="part">
    <h2>{{titleOfHealthy}}</h2>
    <ul class="healthy">
    {{#healthy}}
    <li><span class="mark {{mark.tone}}" title="{{mark.outcome}}">{{mark.sign}}</span> <div><span class="ends">{{ends}}</span> {{about}}{{#remarks}}<span class="remark">{{.}}</span>{{/remarks}}</div></li>
    {{/healthy}}
    </ul>
    {{#moreHealthy}}
    <p class="faint">{{moreHealthy}}</p>
    {{/moreHealthy}}
    </section>
    {{/healthy}}
    {{?unchecked}}
    <section class="part">
    <h2>Not checked</h2>
    {{#unchecked}}
    <div class="unchecked">
    <p>{{reason}} <span class="faint">({{scope}})</span></p>
    <p><span class="label">needs</span> {{needs}}</p>
    <details><summary>rules</summary><p>{{rules}}</p></details>
    </div>
    {{/unchecked}}
    {{#moreUnchecked}}
    <p class="faint">{{moreUnchecked}}</p>
    {{/moreUnchecked}}
    </section>
    {{/unchecked}}
    {{?warnings}}
    <section class="part">
    <h2>Warnings</h2>
    <ul class="warnings">
    {{#warnings}}
    <li>{{.}}</li>
    {{/warnings}}
    </ul>
    </section>
    {{/warnings}}
    {{?times}}
    <section class="part">
    <h2>Response times</h2>
    <details class="legend">
    <summary>by server, from the request to the answer</summary>
    <table>
    <thead><tr><th scope="col">Server</th><th scope="col">Asked</th><th scope="col">Count</th><th scope="col">Median</th><th scope="col">95 %</th><th scope="col">Longest</th></tr></thead>
    <tbody>
    {{#times}}
    <tr><td>{{server}}</td><td>{{step}}</td><td>{{count}}</td><td data-label="Median">{{median}}</td><td data-label="95 %">{{most}}</td><td data-label="Longest">{{max}}</td></tr>
    {{/times}}
    </tbody>
    </table>
    {{#moreTimes}}
    <p class="faint">{{moreTimes}}</p>
    {{/moreTimes}}
    </details>
    </section>
    {{/times}}
    <section class="part">
    <h2>The capture</h2>
    <dl class="facts">
    {{#facts}}
    <dt>{{name}}</dt><dd>{{value}}</dd>
    {{/facts}}
    </dl>
    </section>
    </main>

    """

  static let end = """
    <script>\(script)</script>
    </body>
    </html>

    """
}
