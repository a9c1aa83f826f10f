function recommendationsPage() {
  const all = rowOf('summary');
  const rows = rowsOf('recommendations');
  if (!rows.length) return [pageHead('Recommendations', 'Nothing to recommend', asOfText()), sourceIsEmpty()];
  const savings = all.estimated_monthly_savings_usd ? `; they may save ${format.usd(all.estimated_monthly_savings_usd)} a month` : '';
  return [
    pageHead('Recommendations', `${plural(all.recommendations, 'recommendation')}, ${format.integer(all.urgent_recommendations)} urgent${savings}`, `For ${plural(all.connections_with_recommendations, 'connection')}, ${asOfText()}. Urgent are those of critical and high priority; rules and thresholds are variables of the project.`),
    makeTable({
      caption: 'What to do first', note: 'By priority, then by what it may save.', rows,
      columns: [
        { key: 'recommendation', label: 'Recommendation', type: 'text', wide: true, value: (row) => `${row.recommendation} ${row.evidence}`, sortable: false, cell: (row) => [h('span', {}, row.recommendation), h('span', { class: 'sub' }, row.evidence), h('span', { class: 'sub' }, row.expected_benefit, ' ', documentation(row))] },
        connectionColumn(), chipColumn('priority', 'Priority', PRIORITY_STYLES, ORDER_OF_PRIORITY), { key: 'category', label: 'Improves', type: 'category' }, { key: 'effort', label: 'Effort', type: 'text', value: (row) => ['low', 'medium', 'high'].indexOf(row.effort), cell: (row) => capital(row.effort || NOTHING) },
        ...(all.estimated_monthly_savings_usd ? [{ key: 'estimated_monthly_savings_usd', label: 'Saves a month', type: 'usd' }] : []),
      ],
      filters: [{ label: 'Priority', value: (row) => row.priority, ordered: true }, { label: 'Improves', value: (row) => row.category }, { label: 'Effort', value: (row) => row.effort }, { label: 'Rule', value: (row) => row.rule_code, show: format.category }],
    }),
  ];
}
