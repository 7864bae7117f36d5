extension HTMLPage {
  /// When it happened, and whom it hits.
  static let overview = """
    <section class="part" id="overview">
    <h2>What went wrong</h2>
    {{?bars}}
    <figure class="overtime">
    <svg width="100%" height="58" role="img" aria-label="{{description}}">
    {{#bars}}
    <rect x="{{x}}%" y="{{y}}" width="{{widthOfBar}}%" height="{{height}}"><title>{{about}}</title></rect>
    {{/bars}}
    <line x1="0" x2="100%" y1="57" y2="57"/>
    </svg>
    <figcaption>{{description}}</figcaption>
    </figure>
    {{/bars}}

    """

  static let group = """
    <details class="group" id="group-{{place}}">
    <summary><span class="times">{{count}}</span><span class="what"><span class="severity {{severity}}">{{severity}}</span> {{summary}}<span class="where">{{#about}}<span>{{.}}</span> {{/about}}<code>{{rule}}</code></span>{{?companions}}<span class="where">with it: {{#companions}}<span>{{.}}</span> {{/companions}}</span>{{/companions}}</span>{{?bars}}<svg class="when" width="120" height="18" aria-hidden="true">{{#bars}}<rect x="{{x}}%" y="{{y}}" width="3.6%" height="{{height}}"/>{{/bars}}</svg>{{/bars}}</summary>

    """

  static let groupEnd = """
    {{#more}}
    <p>{{more}}</p>
    {{/more}}
    {{#command}}
    <div class="command"><code>{{command}}</code></div>
    {{/command}}
    </details>

    """

  static let overviewEnd = """
    {{?hits}}
    <h3>Who is hit</h3>
    <p class="faint">Failed connections, of all connections.</p>
    <dl class="hits">
    {{#hits}}
    <dt>{{title}}</dt><dd>{{#tallies}}<span><code>{{name}}</code> {{count}}</span> {{/tallies}}{{#more}}<span class="faint">{{more}}</span>{{/more}}</dd>
    {{/hits}}
    </dl>
    {{/hits}}
    </section>

    """

  static let legend = """
    <footer>
    <details class="legend">
    <summary>What the symbols and words mean</summary>
    {{#parts}}
    <h3>{{title}}</h3>
    <dl class="facts">
    {{#entries}}
    <dt>{{sign}}</dt><dd>{{meaning}}</dd>
    {{/entries}}
    </dl>
    {{/parts}}
    </details>
    </footer>

    """
}
