extension HTMLPage {
  /// What was found, how grave it is and how sure.
  static let headline = """
    <h3><span class="severity {{severity}}">{{severity}}</span> {{summary}} <span class="confidence">({{standing}})</span></h3>
    <p class="rule"><code>{{rule}}</code></p>
    """

  /// The frames that prove it.
  static let evidence = """
    {{?evidence}}
    <ol class="evidence{{#isDrawn}} unseen{{/isDrawn}}">
    {{#evidence}}
    <li><span class="frame">{{label}}</span> {{#time}}<span class="direction">{{time}}</span> {{/time}}{{#direction}}<span class="direction">{{direction}}</span> {{/direction}}<span class="shows">{{note}}</span></li>
    {{/evidence}}
    </ol>
    {{/evidence}}
    {{#moreEvidence}}
    <p class="faint">{{moreEvidence}}</p>
    {{/moreEvidence}}
    """

  /// Why it is so.
  static let reasons = """
    {{#why}}
    <h4>Why</h4>
    <p>{{why}}</p>
    {{/why}}
    {{?causes}}
    <h4>Causes, most likely first</h4>
    <ol>
    {{#causes}}
    <li>{{.}}</li>
    {{/causes}}
    </ol>
    {{/causes}}
    """

  /// NEGOTIATE against Validate Negotiate, remedies, and where to read on.
  static let advice = """
    {{#tables}}
    <table>
    <caption>{{direction}}: NEGOTIATE compared with Validate Negotiate</caption>
    <thead><tr><th scope="col">Field</th><th scope="col">NEGOTIATE</th><th scope="col">VALIDATE</th><th scope="col"><span class="unseen">Same?</span></th></tr></thead>
    <tbody>
    {{#rows}}
    <tr class="{{toneOfRow}}"><th scope="row"><span class="symbol">{{symbol}}</span> {{field}}</th><td data-label="NEGOTIATE">{{negotiated}}</td><td data-label="VALIDATE">{{validated}}</td><td class="meaning">{{meaning}}</td></tr>
    {{/rows}}
    </tbody>
    </table>
    {{/tables}}
    {{?remedies}}
    <h4>What to do</h4>
    <ol class="remedies">
    {{#remedies}}
    <li><p>{{text}}</p>{{#command}}<div class="command"><code>{{command}}</code></div>{{/command}}{{#caution}}<p class="caution"><strong>Caution:</strong> {{caution}}</p>{{/caution}}</li>
    {{/remedies}}
    </ol>
    {{/remedies}}
    {{#toldWith}}
    <p>Causes and remedies: see <a href="#finding-{{toldWith}}">above</a>.</p>
    {{/toldWith}}
    {{#wireshark}}
    <h4>In Wireshark</h4>
    <div class="command"><code>{{wireshark}}</code></div>
    {{/wireshark}}
    {{?see}}
    <p class="see">{{#see}}<span>{{.}}</span> {{/see}}</p>
    {{/see}}
    """

  /// A sequence diagram; see ``Ladder``.
  static let ladder = """
    <figure class="ladder">
    <svg width="100%" height="{{drawingHeight}}" role="img" aria-label="{{description}}">
    <text class="host" x="4" y="16">client</text>
    <text class="host right" x="100%" dx="-4" y="16">server</text>
    <line class="life" x1="4%" x2="4%" y1="26" y2="{{drawingHeight}}"/>
    <line class="life" x1="96%" x2="96%" y1="26" y2="{{drawingHeight}}"/>
    {{#steps}}
    <g class="{{weight}}{{#isWithKDC}} beside{{/isWithKDC}}">
    <rect x="4%" y="{{top}}" width="92%" height="{{height}}"/>
    <text class="number" x="50%" y="{{numberY}}">frame {{frame}}{{#time}} <tspan class="moment">{{time}}</tspan>{{/time}}{{#moment}} <tspan class="moment">· {{moment}}</tspan>{{/moment}}{{#isWithKDC}} <tspan class="moment">client and KDC</tspan>{{/isWithKDC}}</text>
    {{#lines}}
    <text x="50%" y="{{y}}">{{words}}</text>
    {{/lines}}
    {{#toServer}}
    <line x1="4%" x2="96%" y1="{{y}}" y2="{{y}}"/>
    <svg x="96%" y="{{y}}" class="tip"><path d="M0 0 l-11 -5 v10 z"/></svg>
    {{/toServer}}
    {{#toClient}}
    <line x1="4%" x2="96%" y1="{{y}}" y2="{{y}}"/>
    <svg x="4%" y="{{y}}" class="tip"><path d="M0 0 l11 -5 v10 z"/></svg>
    {{/toClient}}
    {{#nowhere}}
    <circle cx="50%" cy="{{y}}" r="3"/>
    {{/nowhere}}
    </g>
    {{/steps}}
    </svg>
    {{#moreSteps}}
    <figcaption class="faint">{{moreSteps}}</figcaption>
    {{/moreSteps}}
    </figure>
    """

  /// When the frames of ``ladder`` came, from the first to the last of the connection.
  static let timeline = """
    <figure class="timeline">
    <svg width="100%" height="26" role="img" aria-label="When these frames came">
    <line x1="1%" x2="99%" y1="13" y2="13"/>
    {{#steps}}
    {{#x}}
    <svg x="{{x}}%" y="13" class="tip {{weight}}"><title>frame {{frame}}, {{moment}}</title><path d="M0 -9 v18"/></svg>
    {{/x}}
    {{/steps}}
    </svg>
    <figcaption><span>{{began}}</span><span>{{lasted}}</span></figcaption>
    </figure>
    """
}
