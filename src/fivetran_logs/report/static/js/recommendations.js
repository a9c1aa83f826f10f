const MOST_ALONE = 3; // connections up to which each recommendation of a rule has its own line

function recommendationsPage() {
  const all = rowOf('summary');
  const rows = rowsOf('recommendations');
  if (!rows.length) return [pageHead('Recommendations', 'Nothing to recommend', asOfText()), sourceIsEmpty()];
  const savings = all.estimated_monthly_savings_usd ? `; they may save ${format.usd(all.estimated_monthly_savings_usd)} a month` : '';
  return [
    pageHead('Recommendations', `${plural(all.recommendations, 'recommendation')}, ${format.integer(all.urgent_recommendations)} urgent${savings}`, `For ${plural(all.connections_with_recommendations, 'connection')}, ${asOfText()}. Urgent means critical or high priority. You can change rules and thresholds in the project.`),
    makeTable({
      caption: 'What to do first', note: `By priority, then by what it may save. A recommendation for more than ${MOST_ALONE} connections is one line; More names them.`, rows: foldRules(rows),
      columns: [
        { key: 'recommendation', label: 'Recommendation', type: 'text', wide: true, value: (row) => `${row.recommendation} ${row.evidence}`, sortable: false, cell: (row) => [h('span', {}, row.recommendation), h('span', { class: 'sub' }, row.evidence), h('span', { class: 'sub' }, row.expected_benefit, ' ', documentation(row))] },
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

function adviceName(row) {
  return (connectionAt(row.connection) || {}).connection_name || '';
}

// One line for what is said of many connections of a team in the same words, one each for the rest; each at its first place.
function foldRules(rows) {
  const alike = new Map();
  const keyOf = (row) => [row.rule_code, row.priority, row.recommendation, row.evidence, teamOf(row.connection)].join('\n');
  for (const row of rows) alike.set(keyOf(row), [...(alike.get(keyOf(row)) || []), row]);
  const isFolded = (row) => alike.get(keyOf(row)).length > MOST_ALONE;
  return rows.filter((row) => !isFolded(row) || alike.get(keyOf(row))[0] === row)
    .map((row) => ({ ...row, members: isFolded(row) ? alike.get(keyOf(row)) : [row], estimated_monthly_savings_usd: isFolded(row) ? null : row.estimated_monthly_savings_usd }));
}

function openRule(row) {
  return h('ul', { class: 'names' }, row.members.map((member) => h('li', {}, connectionCell(member.connection),
    member.estimated_monthly_savings_usd ? h('span', { class: 'sub' }, `may save ${format.usd(member.estimated_monthly_savings_usd)} a month`) : null)));
}
