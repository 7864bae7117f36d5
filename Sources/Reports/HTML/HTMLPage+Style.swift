extension HTMLPage {
  /// Light and dark, wide and narrow, screen and paper. Colours on their grounds have a contrast of 4.5 at least.
  static let style = """
    :root { --ground: #f7f6f3; --card: #fff; --text: #1d2025; --faint: #5a606a; --line: #dddad3; --soft: #f2f0ec;
      --good: #1a6b3a; --critical: #b3261e; --error: #b3261e; --warning: #855000; --info: #1f5a99; --tint: #fdf0ee; --amber: #fdf5e3; }
    @media screen and (prefers-color-scheme: dark) { :root { --ground: #131519; --card: #1b1e24; --text: #e4e6ea; --faint: #a3a9b4;
      --line: #343942; --soft: #242831; --good: #7fd09c; --critical: #ff8f85; --error: #ff8f85; --warning: #efb955; --info: #8ab8f0;
      --tint: #33211f; --amber: #2e2718; } }
    * { box-sizing: border-box; }
    body { margin: 0 auto; padding: 2rem 1.5rem 4rem; max-width: 68rem; background: var(--ground); color: var(--text);
      font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; overflow-wrap: anywhere; }
    h1, h2, h3, h4 { line-height: 1.3; font-weight: 650; text-wrap: balance; }
    h1 { font-size: 2rem; margin: 0 0 .5rem; letter-spacing: -.015em; }
    h2 { font-size: 1.25rem; margin: 0 0 .5rem; }
    h3 { font-size: 1.125rem; margin: 0; }
    h4, h3.minor { font-size: .875rem; margin: 1.5rem 0 .375rem; color: var(--faint); }
    p { margin: .375rem 0; }
    ol, ul { margin: .375rem 0; padding-left: 1.375rem; }
    li { margin: .25rem 0; }
    a { color: inherit; text-decoration-color: var(--faint); text-underline-offset: .2em; }
    code, .frame, .ends, td { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .875em; }
    .faint, .files, .confidence, .direction, .see, figcaption { color: var(--faint); }
    .good { color: var(--good); } .critical { color: var(--critical); } .error { color: var(--error); }
    .warning { color: var(--warning); } .info { color: var(--info); }
    .faint, .files, .see, .rule, figcaption { font-size: .875rem; }
    .verdict { margin-bottom: 2.5rem; }
    .causes { list-style: none; padding: 0; margin: 1.25rem 0; border-top: 1px solid var(--line); }
    .causes li { margin: 0; border-bottom: 1px solid var(--line); }
    .file > summary { padding: .75rem 0; cursor: pointer; border-top: 1px solid var(--line); } .file > div { margin: .5rem 0 3rem; }
    .causes a, .unread { display: flex; gap: .75rem; padding: .625rem 0; text-decoration: none; }
    .causes a:hover .cause { text-decoration: underline; }
    .causes .ends, .cause { display: block; }
    .causes .ends { color: var(--faint); }
    .mark { flex: none; width: 1em; font-weight: 700; }
    .connection, .part { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.75rem 2rem; margin: 1.5rem 0; }
    .connection > h2 { display: flex; gap: .625rem; }
    .attempt { margin: 2.5rem 0 0; }
    .about span { margin-right: 1.25rem; }
    .stages { list-style: none; display: flex; flex-wrap: wrap; gap: .5rem; padding: 0; margin: 1rem 0 1.75rem; }
    .stages li { margin: 0; padding: .1875rem .75rem; border: 1px solid; border-radius: 99px; font-size: .875rem; }
    .stages .symbol { font-weight: 700; }
    .stages .good .outcome, .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    .finding { margin-top: 1.75rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
    .part .finding:first-of-type { border-top: 0; padding-top: 0; margin-top: .5rem; }
    .brief h3 { font-size: 1rem; }
    .severity { font-size: .8125rem; font-weight: 600; padding: .0625rem .5rem; border: 1px solid; border-radius: 6px; margin-right: .25rem; vertical-align: .1em; }
    .confidence { font-weight: 400; font-size: .9375rem; }
    .rule { color: var(--faint); }
    .proof { display: grid; gap: 1.5rem 2.5rem; margin-top: 1.25rem; align-items: start; }
    .evidence { list-style: none; padding: 0; }
    .evidence li { padding: .5rem 0; border-bottom: 1px solid var(--line); margin: 0; }
    .evidence li:last-child { border: 0; }
    .frame { font-weight: 700; margin-right: .5rem; }
    .direction { font-size: .875rem; margin-right: .5rem; }
    .proof .shows { display: block; }
    figure { margin: 0; }
    .ladder { max-width: 34rem; }
    svg { display: block; overflow: visible; font-size: 12.5px; }
    .pair { max-width: none; display: flex; flex-wrap: wrap; gap: 1rem 0; } .pair > svg { flex: 1 1 20rem; min-width: 0; width: 20rem; }
    .ladder text { fill: var(--faint); text-anchor: middle; }
    .ladder .host { fill: var(--text); font-weight: 650; font-size: 14px; text-anchor: start; }
    .ladder .host.right { text-anchor: end; }
    .ladder .number { font-weight: 650; }
    .ladder .moment { font-weight: 400; fill: var(--faint); }
    .ladder line { stroke: var(--faint); stroke-width: 1.25; }
    .ladder .life { stroke: var(--line); stroke-width: 2; }
    .ladder rect { fill: none; }
    .ladder path, .ladder circle { fill: var(--faint); }
    .ladder .context line, .ladder .beside line { stroke-dasharray: 4 4; }
    .ladder .contributing text { fill: var(--text); }
    .ladder .decisive rect { fill: var(--tint); }
    .ladder .decisive text { fill: var(--text); }
    .ladder .decisive .number { fill: var(--critical); }
    .ladder .decisive line { stroke: var(--critical); stroke-width: 2.25; }
    .ladder .decisive path, .ladder .decisive circle { fill: var(--critical); }
    .timeline { margin: 1.75rem 0 .25rem; }
    .timeline line { stroke: var(--line); stroke-width: 2; }
    .timeline path { stroke: var(--faint); stroke-width: 2; }
    .timeline .decisive path { stroke: var(--critical); stroke-width: 4; }
    .timeline figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1.5rem; }
    .timeline figcaption span:last-child { text-align: right; margin-left: auto; }
    table { width: 100%; border-collapse: collapse; margin: 1.5rem 0; font-size: .9375rem; }
    caption { text-align: left; color: var(--faint); font-size: .875rem; padding-bottom: .375rem; }
    th, td { text-align: left; vertical-align: top; padding: .4375rem .75rem .4375rem 0; border-bottom: 1px solid var(--line); }
    th { font-weight: 500; }
    th, td.meaning { overflow-wrap: normal; white-space: nowrap; }
    thead th { color: var(--faint); font-size: .8125rem; }
    tbody .plain { color: var(--faint); }
    tbody .critical { background: var(--tint); } tbody .warning { background: var(--amber); }
    tbody .critical th, tbody .warning th { font-weight: 700; padding-left: .5rem; }
    tbody .critical td, tbody .warning td { color: var(--text); }
    td.meaning { font-family: inherit; }
    tbody .critical .meaning { color: var(--critical); font-weight: 700; } tbody .warning .meaning { color: var(--warning); font-weight: 700; }
    .remedies > li { margin: .75rem 0; }
    .command { display: flex; gap: .75rem; align-items: flex-start; justify-content: space-between; background: var(--soft);
      border-radius: 8px; padding: .625rem .75rem .625rem 1rem; margin: .375rem 0; }
    .command code { white-space: pre-wrap; align-self: center; }
    button { flex: none; font: inherit; font-size: .8125rem; color: var(--text); background: var(--card); border: 1px solid var(--faint);
      border-radius: 6px; padding: .25rem .75rem; cursor: pointer; }
    :focus-visible { outline: 2px solid var(--info); outline-offset: 2px; }
    .caution { background: var(--amber); border-radius: 8px; padding: .5rem 1rem; }
    .caution strong { color: var(--warning); }
    .see { margin-top: 1rem; }
    .see span { display: inline-block; margin-right: 1rem; }
    .healthy { list-style: none; padding: 0; }
    .healthy li { display: flex; gap: .75rem; padding: .375rem 0; border-bottom: 1px solid var(--line); }
    .healthy li:last-child { border: 0; }
    .healthy .ends { margin-right: .75rem; }
    .remark { display: block; color: var(--faint); }
    .unchecked { margin: 1rem 0; }
    .label { color: var(--faint); font-size: .875rem; margin-right: .25rem; }
    .unchecked summary, .legend summary { cursor: pointer; color: var(--faint); font-size: .875rem; width: max-content; max-width: 100%; }
    .unchecked details p { color: var(--faint); font-size: .875rem; }
    .group { border-top: 1px solid var(--line); }
    .group > summary { display: flex; gap: .875rem; align-items: baseline; padding: .75rem 0; list-style: none; cursor: pointer; }
    .group > summary::-webkit-details-marker { display: none; }
    .group > summary::before { content: "▸"; color: var(--faint); flex: none; } .group[open] > summary::before { content: "▾"; }
    .times { flex: none; min-width: 3rem; text-align: right; font-weight: 700; font-variant-numeric: tabular-nums; }
    .what { flex: 1; min-width: 0; } .where { display: block; color: var(--faint); font-size: .875rem; margin-top: .125rem; }
    .where span { margin-right: .875rem; } .where code { font-size: 1em; display: inline-block; }
    .when { flex: none; align-self: center; color: var(--critical); } .when rect, .overtime rect { fill: var(--critical); }
    .overtime { margin: 1rem 0 1.5rem; } .overtime line { stroke: var(--line); }
    .group .connection { border: 0; border-left: 3px solid var(--line); border-radius: 0; padding: .25rem 0 0 1.25rem; margin: .5rem 0 1.5rem; }
    .group[hidden], tr[hidden] { display: none; }
    .hits { display: grid; grid-template-columns: max-content 1fr; gap: .375rem 1.5rem; margin: .5rem 0 0; } .hits span { margin-right: 1.125rem; }
    .part > h3 { margin-top: 1.75rem; }
    .filter { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; }
    .filter input { font: inherit; color: var(--text); background: var(--ground); border: 1px solid var(--faint); border-radius: 6px; padding: .25rem .625rem; min-width: 0; width: 22rem; max-width: 100%; }
    .scroll { overflow-x: auto; } .list td:nth-child(-n+5), .list td:nth-child(8) { overflow-wrap: normal; }
    .list td:nth-child(2), .list td:nth-child(3) { white-space: nowrap; }
    .proof h4:first-child, .proof .unseen + h4 { margin-top: 0; }
    .list { font-size: .8125rem; } .list th, .list td { padding: .3125rem .625rem .3125rem 0; } .list td { font-size: .8125rem; }
    .list th button { border: 0; background: none; padding: .25rem 0; color: inherit; font-weight: 500; }
    th[aria-sort="ascending"] button::after { content: " ▲"; } th[aria-sort="descending"] button::after { content: " ▼"; }
    .onpaper { display: none; } footer { margin: 2rem 0 0; }
    .facts { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.5rem; margin: 0; }
    dt { color: var(--faint); } dd { margin: 0; }
    @media (min-width: 60rem) { .proof { grid-template-columns: minmax(0, 34rem) minmax(0, 1fr); } }
    @media screen and (max-width: 40rem) {
      body { padding: 1.25rem 1rem 3rem; } h1 { font-size: 1.625rem; }
      .connection, .part { padding: 1.25rem 1rem; margin: 1rem -.25rem; }
      .healthy .ends { display: block; margin: 0; } .facts { grid-template-columns: 1fr; } dd { margin-bottom: .5rem; }
      .command { flex-direction: column; padding: .75rem; } .command code { align-self: stretch; } button { align-self: end; }
      thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
      tbody tr { display: block; border-bottom: 1px solid var(--line); padding: .5rem; }
      tbody th, td { display: block; border: 0; padding: .125rem 0; } tbody .critical th, tbody .warning th { padding-left: 0; }
      td[data-label]::before { content: attr(data-label); display: block; font-family: system-ui, sans-serif; font-size: .8125rem; color: var(--faint); }
      .group > summary { flex-wrap: wrap; gap: .375rem .625rem; } .times { min-width: 0; } .what { flex-basis: 100%; order: 1; }
      .group .connection { padding-left: .625rem; } .hits { grid-template-columns: 1fr; } .filter input { width: 100%; }
      .list tbody th, .list td { display: inline; margin-right: .75rem; }
      tbody .plain .meaning { display: none; } tbody .plain td + td { display: none; } tbody .plain td::before { display: none; }
    }
    @media print {
      :root { --ground: #fff; --line: #bbb; } @page { margin: 16mm; }
      body { padding: 0; max-width: none; font-size: 10.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      .connection, .part { border: 0; padding: 0; margin: 1.5rem 0; } button, .filter, .unchecked summary, .legend summary, .fine { display: none; }
      .onpaper { display: block; } .list th button { display: inline; } .group > summary { break-after: avoid; } .group > summary::before { content: none !important; }
      .group .connection { border: 0; padding: 0; } details::details-content { content-visibility: visible; height: auto; }
      .command { border: 1px solid var(--line); } .proof { grid-template-columns: 3fr 2fr; gap: 1rem; }
      .ladder { zoom: .8; } table { font-size: 9pt; }
      li, tr, thead, table, figure, .command, .caution, .unchecked { break-inside: avoid; } h1, h2, h3, h4, .stages, caption { break-after: avoid; }
    }
    """
}
