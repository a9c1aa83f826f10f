function connectionsPage() {
  const all = rowOf('summary');
  const rows = rowsOf('connections').map((row, number) => ({ ...row, connection: number }));
  const worst = rows.find((row) => row.problem_rank === 1);
  const finding = !rows.length ? 'No connection is known' : worst ? [`${format.integer(all.problems)} of ${plural(all.active_connections, 'active connection')} ${all.problems === 1 ? 'has' : 'have'} a problem; the worst is `, name(worst.connection_name)]
    : all.active_connections === 1 ? 'The only active connection has no problem' : `None of ${plural(all.active_connections, 'active connection')} has a problem`;
  return [
    pageHead('Connections', finding, `Status and scores ${asOfText()}; success, errors and rows of the last 7 days, durations of the last 30, paid rows of the month to date. A name opens the connection's own page.`),
    sourceIsEmpty(),
    rows.length ? connectionTable(rows, { key: 'all', caption: 'Every connection', note: 'Problems first, then the lowest health score.' }) : null,
  ];
}

// Rows are those of the table `connections`, each with its number as `connection`.
function connectionTable(rows, options) {
  const limits = rowOf('settings');
  return makeTable({
    ...options, rows,
    columns: [
      connectionColumn({ cell: (row) => connectionCell(row.connection, null, row.team ? [row.connector_name, ' · ', name(row.team)] : row.connector_name) }),
      nameColumn('destination_name', 'Destination'),
      { ...chipColumn('health_status', 'Status', STATUS_STYLES), value: (row) => row.health_status },
      { key: 'health_score', label: 'Health score', type: 'score', cell: (row) => (row.health_score === null ? NOTHING : [format.score(row.health_score), bar(row.health_score / 100, row.health_score < limits.degraded_health_score)]) },
      { key: 'success_rate_last_7d', label: 'Success', type: 'share', cell: (row) => (row.success_rate_last_7d === null ? NOTHING : h('span', { title: `${format.integer(row.failed_syncs_last_7d)} failed of ${format.integer(row.total_syncs_last_7d)}`, class: row.success_rate_last_7d < limits.degraded_success_rate ? 'down-bad' : null }, format.share(row.success_rate_last_7d))) },
      timeColumn('last_successful_sync_at', 'Last success', { cell: (row) => [when(row.last_successful_sync_at), row.sync_frequency_minutes ? h('span', { class: 'sub' }, `every ${format.minutes(row.sync_frequency_minutes)}`) : null] }),
      { key: 'median_duration_seconds_last_30d', label: 'Median duration', type: 'seconds' },
      countColumn('rows_synced_last_7d', 'Rows synced'),
      countColumn('errors_last_7d', 'Errors'),
      ...(sourceRows('incremental_mar') ? [countColumn('paid_rows_this_month', 'Paid rows')] : []),
    ],
    filters: [
      { label: 'Status', value: (row) => row.health_status, show: format.category },
      { label: 'Destination', value: (row) => row.destination_name },
      { label: 'Kind of source', value: (row) => row.connector_name },
      ...(hasTeams() ? [{ label: 'Team', value: (row) => row.team }] : []),
    ],
  });
}
