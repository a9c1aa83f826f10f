const STAGES = { extract: 'Extract', process: 'Process', load: 'Load' };

function performancePage() {
  const all = rowOf('performance');
  const missing = noLog('Durations');
  if (missing || !all.completed_syncs_last_30d) return [pageHead('Performance', 'No sync has completed in the last 30 days'), missing || note('There is nothing to measure.', `No sync has completed in the 30 days before ${format.timestamp(AS_OF)}.`)];
  return [
    pageHead('Performance', performanceFinding(all), `Durations run from the start of a sync to its end. Windows end ${asOfText().replace('as of', 'at')}.`), unlikeParts('week', 'Not in both weeks'),
    h('div', { class: 'pair' }, durationsChart(all), bottleneck(all)), slowest(all), benchmark(),
  ];
}

function performanceFinding(all) {
  if (all.p50_duration_seconds_last_7d === null) return 'No sync has completed in the last 7 days';
  const now = `Half of the last 7 days' syncs took under ${format.seconds(all.p50_duration_seconds_last_7d)}, 95${NARROW}% under ${format.seconds(all.p95_duration_seconds_last_7d)}`;
  if (all.same_p95_duration_seconds_last_7d === null || all.same_p95_duration_seconds_previous_7d === null) return now;
  const before = `${format.seconds(all.same_p95_duration_seconds_previous_7d)} the week before`;
  const others = [[all.connections_measured_only_last_7d, 'new'], [all.connections_measured_only_previous_7d, 'gone']].filter(([count]) => count)
    .map(([count, what]) => plural(count, `${what} connection`));
  return others.length ? `${now}; without ${listed(others)}, ${format.seconds(all.same_p95_duration_seconds_last_7d)} (${before})` : `${now} (${before})`;
}

function durationsChart(all) {
  const days = rowsOf('performance_days').filter((row) => row.p50_duration_seconds > 0);
  return makeChart({
    spec: 'day_durations', title: all.anomalous_syncs_last_7d ? `${plural(all.anomalous_syncs_last_7d, 'sync')} of the last 7 days took far longer than usual` : 'No sync of the last 7 days took far longer than usual',
    note: `Duration of all completed syncs a day, ${latestDays()}; logarithmic scale. These lines also move if other connections begin to sync often.`, kinds: ['Median', '95th percentile'], y: 'Duration',
    rows: dayRows(days, { p50_duration_seconds: 'Median', p95_duration_seconds: '95th percentile' }, (value) => format.seconds(value)),
    tableRows: [...days].reverse(), table: [DAY_COLUMN, { key: 'completed_syncs', label: 'Completed syncs', type: 'integer' }, { key: 'p50_duration_seconds', label: 'Median', type: 'seconds' }, { key: 'p95_duration_seconds', label: '95th percentile', type: 'seconds' }, { key: 'anomalous_syncs', label: 'Anomalies', type: 'integer' }],
  });
}

function bottleneck(all) {
  const rows = rowsOf('stages_by_connector');
  if (!rows.length) return note('The slowest stage is not known.', 'The log of the last 30 days measures no stage (no sync_stats events).');
  const worst = Object.keys(STAGES).reduce((best, stage) => (all[`${stage}_share`] > all[`${best}_share`] ? stage : best));
  const doing = { extract: 'Extracting', process: 'Processing', load: 'Loading' }[worst];
  const total = totalOf('stages_by_connector');
  return makeChart({
    spec: 'share_bars', title: `${doing} takes ${format.share(all[`${worst}_share`])} of the measured time`, note: `Share of time by stage and kind of source, last 30 days; ${total > rows.length ? `the ${rows.length} of ${total} kinds that took most time` : 'all kinds'}, the longest first.`,
    kinds: Object.values(STAGES), y: 'Share of measured time',
    rows: rows.flatMap((row) => Object.entries(STAGES).map(([stage, kind]) => ({ name: row.connector_name, kind, value: row[`${stage}_share`], value_label: `${show('share', row[`${stage}_share`])} (${format.seconds(row[`${stage}_seconds`])})` }))),
    tableRows: rows, table: [nameColumn('connector_name', 'Kind of source'), { key: 'measured_syncs', label: 'Syncs', type: 'integer' }, { key: 'total_seconds', label: 'Time', type: 'seconds' }, { key: 'extract_share', label: 'Extract', type: 'share' }, { key: 'process_share', label: 'Process', type: 'share' }, { key: 'load_share', label: 'Load', type: 'share' }],
  });
}

function slowest(all) {
  return makeTable({
    key: 'slow',
    caption: 'The longest and the most unusual syncs', note: `Completed in the last 30 days: ${totalOf('slow_syncs') > 100 ? `the 100 longest of ${format.integer(totalOf('slow_syncs'))}` : 'all of them'}, and ${all.anomalous_syncs_last_30d ? `the anomalies (${format.integer(all.anomalous_syncs_last_30d)})` : 'no anomalies'}, at least ${format.number(rowOf('settings').anomaly_ratio)} times their baseline.`,
    rows: rowsOf('slow_syncs'),
    columns: [connectionColumn(), timeColumn('sync_completed_at', 'Completed'), { key: 'duration_seconds', label: 'Duration', type: 'seconds' }, { key: 'baseline_seconds', label: 'Baseline', type: 'seconds' }, { key: 'duration_ratio', label: 'Ratio', type: 'ratio' },
      { key: 'is_anomaly', label: 'Anomaly', type: 'text', value: (row) => (row.is_anomaly ? 'yes' : 'no'), cell: (row) => (row.is_anomaly ? chip({ Anomaly: 'warn' }, 'Anomaly') : 'no') }, { key: 'slowest_stage', label: 'Slowest stage', type: 'category' }, countColumn('rows_synced', 'Rows')],
    filters: [{ label: 'Anomaly', value: (row) => (row.is_anomaly ? 'yes' : 'no') }, { label: 'Slowest stage', value: (row) => row.slowest_stage }, { label: 'Status', value: (row) => row.sync_status }],
    open: (row) => pairs([['Started', row.sync_started_at && format.timestamp(row.sync_started_at)], ['Completed', row.sync_completed_at && format.timestamp(row.sync_completed_at)], ['Status', row.sync_status],
      ['Extract', show('seconds', row.extract_seconds)], ['Process', show('seconds', row.process_seconds)], ['Load', show('seconds', row.load_seconds)], ['Sync id', row.sync_id]].map(([label, value]) => [label, value || NOTHING])),
  });
}

function benchmark() {
  const rows = rowsOf('connections').map((row, number) => ({ ...row, connection: number })).filter((row) => row.connections_of_type > 1 && row.median_duration_seconds_last_30d !== null);
  if (!rows.length) return null;
  const standing = (key, label) => ({ key, label, type: 'share', cell: (row) => (row[key] === null ? NOTHING : [format.share(row[key]), bar(row[key])]) });
  return makeTable({
    key: 'longest',
    caption: 'Against others of the same kind', note: 'Last 30 days. “Faster than” and “More reliable than” are the share of the other connections of its kind that it beats. A connection that equals all others beats none. Kinds with a single connection are left out.', rows,
    columns: [connectionColumn({ cell: (row) => connectionCell(row.connection, null, `${row.connector_name}, one of ${format.integer(row.connections_of_type)}`) }), { key: 'median_duration_seconds_last_30d', label: 'Median duration', type: 'seconds' },
      { key: 'type_median_duration_seconds', label: 'Median of kind', type: 'seconds' }, standing('duration_percentile', 'Faster than'), { key: 'success_rate_last_30d', label: 'Success', type: 'share' }, standing('success_rate_percentile', 'More reliable than'), { key: 'rows_per_second_last_30d', label: 'Rows per second', type: 'compact' }],
    filters: [{ label: 'Kind of source', value: (row) => row.connector_name }],
  });
}
