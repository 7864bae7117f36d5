/// Templates of the pages about comparisons, in the language of ``Template``; the frame and the looks are those of ``HTMLPage``.
enum ComparePage {
  static let opening = """
    <title>{{headline}}</title>
    </head>
    <body>
    <header class="verdict">
    {{#recordings}}
    <p class="files">{{.}}</p>
    {{/recordings}}
    <h1 class="{{tone}}">{{headline}}</h1>
    {{#sentences}}
    <p>{{.}}</p>
    {{/sentences}}
    {{#warnings}}
    <p class="warning">{{.}}</p>
    {{/warnings}}
    </header>
    <main>

    """

  static let verdicts = """
    <section class="part">
    <h2>{{title}}</h2>
    {{#facts}}
    <p class="faint">{{.}}</p>
    {{/facts}}
    {{#verdicts}}
    <section class="finding">
    <h3><span class="mark {{tone}}">{{sign}}</span> <span class="{{tone}}">{{title}}</span> <span class="confidence">{{confidence}}</span></h3>
    <p>{{deed}}</p>
    {{#frames}}
    <p class="frame">{{frames}}</p>
    {{/frames}}
    {{#why}}
    <p class="faint">{{why}}</p>
    {{/why}}
    </section>
    {{/verdicts}}
    </section>

    """

  /// Two ladders: the client's recording on the left, the server's on the right, and the path between them. Where there is no
  /// room for both, the second is below the first.
  static let pair = """
    <article class="connection">
    <h2><span>{{client}} → {{server}}</span></h2>
    {{#translated}}
    <p class="about">{{translated}}</p>
    {{/translated}}
    <figure class="ladder pair">
    {{#ladders}}
    <svg height="{{height}}" role="img" aria-label="{{label}}">
    <text class="host" x="4" y="16">{{left}}</text>
    <text class="number" x="50%" y="16">{{title}}</text>
    <text class="host right" x="100%" dx="-4" y="16">{{right}}</text>
    <line class="life" x1="7%" x2="7%" y1="26" y2="{{height}}"/>
    <line class="life" x1="93%" x2="93%" y1="26" y2="{{height}}"/>
    {{#steps}}
    <g class="{{weight}}">
    {{#shade}}
    <rect x="0" y="{{top}}" width="100%" height="{{size}}"/>
    {{/shade}}
    <text class="number" x="{{signX}}" y="{{signY}}">{{sign}}</text>
    {{#frame}}
    <text x="50%" y="{{textY}}"><tspan class="number">{{frame}}</tspan> {{name}}</text>
    <line x1="7%" x2="93%" y1="{{y}}" y2="{{y}}"/>
    {{#toServer}}
    <svg x="93%" y="{{y}}" class="tip"><path d="M0 0 l-11 -5 v10 z"/></svg>
    {{/toServer}}
    {{#toClient}}
    <svg x="7%" y="{{y}}" class="tip"><path d="M0 0 l11 -5 v10 z"/></svg>
    {{/toClient}}
    {{/frame}}
    {{#absent}}
    <text x="50%" y="{{textY}}">{{absent}}</text>
    {{/absent}}
    </g>
    {{/steps}}
    </svg>
    {{/ladders}}
    {{#more}}
    <figcaption class="faint">{{more}}</figcaption>
    {{/more}}
    </figure>
    {{?fates}}
    <ol class="evidence">
    {{#fates}}
    <li class="{{tone}}"><span class="frame">{{name}}</span> {{text}}</li>
    {{/fates}}
    </ol>
    {{/fates}}
    {{?notes}}
    <h3 class="minor">The path</h3>
    <ul>
    {{#notes}}
    <li>{{.}}</li>
    {{/notes}}
    </ul>
    {{/notes}}
    {{?settled}}
    <h3 class="minor">What each recording says alone</h3>
    <ul>
    {{#settled}}
    <li><span class="frame">{{who}}</span> {{what}} <span class="confidence">{{outcome}}</span>{{#says}}<br/>{{says}}{{/says}}</li>
    {{/settled}}
    </ul>
    {{/settled}}
    </article>

    """

  static let attempts = """
    <section class="part">
    <h2>Steps</h2>
    <table>
    <thead><tr><th scope="col">Step</th><th scope="col">good</th><th scope="col">bad</th></tr></thead>
    <tbody>
    {{#steps}}
    <tr class="{{tone}}"><th scope="row">{{name}}</th><td data-label="good">{{good}}</td><td data-label="bad">{{bad}}</td></tr>
    {{/steps}}
    </tbody>
    </table>
    {{?findings}}
    <h3 class="minor">What the bad recording says alone</h3>
    <ul>
    {{#findings}}
    <li>{{.}}</li>
    {{/findings}}
    </ul>
    {{/findings}}
    </section>
    {{?differences}}
    <section class="part">
    <h2>Differences</h2>
    <p class="faint">{{count}}</p>
    <table>
    <thead><tr><th scope="col">Step</th><th scope="col">What</th><th scope="col">good</th><th scope="col">bad</th></tr></thead>
    <tbody>
    {{#differences}}
    <tr class="{{tone}}"><th scope="row">{{step}}</th><td>{{name}}</td><td data-label="good">{{good}}</td><td data-label="bad">{{bad}}</td></tr>
    {{/differences}}
    </tbody>
    </table>
    </section>
    {{/differences}}

    """

  static let end = """
    </main>
    </body>
    </html>

    """
}
