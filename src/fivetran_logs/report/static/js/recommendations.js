const MOST_ALONE = 3; // connections up to which each recommendation of a rule has its own line

function recommendationsPage() {
  const all = rowOf('summary');
  const rows = leadingAdvice(rowsOf('recommendations'));
  if (!rows.length) return [pageHead('Recommendations', 'Nothing to recommend', asOfSentence()), sourceIsEmpty()];
  const savings = all.estimated_monthly_savings_usd ? `; they may save ${format.usd(all.estimated_monthly_savings_usd)} a month` : '';
  return [
    pageHead('Recommendations', `${plural(all.recommendations, 'recommendation')}, ${format.integer(all.urgent_recommendations)} urgent${savings}`, `For ${plural(all.connections_with_recommendations, 'connection')}, ${asOfText()}. Urgent means critical or high priority. You can change rules and thresholds in the project.`),
    makeTable({
      key: 'advice',
      caption: 'What to do first', note: `By priority, then by what it may save${all.estimated_monthly_savings_usd ? ' in a whole month, projected from this one' : ''}. Recommendations of a connection with one cause are one, with the others beneath it. A recommendation for more than ${MOST_ALONE} connections is one line; More names them.`, rows: foldRules(rows),
      columns: [
        { key: 'recommendation', label: 'Recommendation', type: 'text', wide: true, value: (row) => [row, ...row.beneath].map((each) => `${each.recommendation} ${each.evidence} ${each.related_name || ''}`).join('\n'), sortable: false, cell: (row) => [h('span', {}, row.recommendation), h('span', { class: 'sub' }, row.evidence, relatedTo(row)), adviceBeneath(row), h('span', { class: 'sub' }, row.expected_benefit, ' ', readMore(row))] },
        connectionColumn({ value: (row) => row.members.map(adviceName).join('\n'), cell: (row) => (row.members.length > 1 ? [plural(row.members.length, 'connection'), teamLine(row)] : [connectionCell(row.connection), teamLine(row)]) }),
        chipColumn('priority', 'Priority', PRIORITY_STYLES, ORDER_OF_PRIORITY), { key: 'category', label: 'Improves', type: 'category' }, { key: 'effort', label: 'Effort', type: 'text', value: (row) => ['low', 'medium', 'high'].indexOf(row.effort), cell: (row) => capital(row.effort || NOTHING) },
        ...(all.estimated_monthly_savings_usd ? [{ key: 'estimated_monthly_savings_usd', label: 'Saves a month', type: 'usd' }] : []),
      ],
      filters: [{ label: 'Priority', value: (row) => row.priority, ordered: true }, { label: 'Improves', value: (row) => row.category }, { label: 'Effort', value: (row) => row.effort }, { label: 'Rule', value: (row) => row.rule_code, show: format.category }, ...(hasTeams() ? [{ label: 'Team', value: (row) => teamOf(row.connection) }] : [])],
      open: openRule, opens: (row) => row.members.length > 1,
    }),
  ];
}

function teamLine(row) {
  const team = teamOf(row.connection);
  return team ? h('span', { class: 'sub' }, name(team)) : null;
}

// Those that lead or stand alone, each with the others of the same connection and cause.
function leadingAdvice(rows) {
  const beneath = new Map();
  const keyOf = (row) => `${row.connection} ${row.leading_rule_code}`;
  for (const row of rows) if (!row.is_leading) beneath.set(keyOf(row), [...(beneath.get(keyOf(row)) || []), row]);
  return rows.filter((row) => row.is_leading).map((row) => ({ ...row, beneath: beneath.get(keyOf(row)) || [] }));
}

function adviceBeneath(row) {
  return row.beneath.length ? h('ul', { class: 'beneath', 'aria-label': 'With the same cause' }, row.beneath.map((other) => h('li', {}, `${other.recommendation} ${other.evidence}`))) : null;
}

// The user or the other connection that it is about.
function relatedTo(row) {
  return row.related_name ? [' It is about ', name(row.related_name), '.'] : null;
}

function adviceName(row) {
  return (connectionAt(row.connection) || {}).connection_name || '';
}

// One line for what is said of many connections of a team in the same words, one each for the rest; each at its first place.
function foldRules(rows) {
  const alike = new Map();
  const keyOf = (row) => [row.rule_code, row.priority, row.recommendation, row.evidence, row.related_name, teamOf(row.connection), ...row.beneath.map((other) => other.evidence)].join('\n');
  for (const row of rows) alike.set(keyOf(row), [...(alike.get(keyOf(row)) || []), row]);
  const isFolded = (row) => alike.get(keyOf(row)).length > MOST_ALONE;
  return rows.filter((row) => !isFolded(row) || alike.get(keyOf(row))[0] === row)
    .map((row) => ({ ...row, members: isFolded(row) ? alike.get(keyOf(row)) : [row], estimated_monthly_savings_usd: isFolded(row) ? null : row.estimated_monthly_savings_usd }));
}

function openRule(row) {
  return h('ul', { class: 'names' }, row.members.map((member) => h('li', {}, connectionCell(member.connection),
    member.estimated_monthly_savings_usd ? h('span', { class: 'sub' }, `may save ${format.usd(member.estimated_monthly_savings_usd)} a month`) : null)));
}
