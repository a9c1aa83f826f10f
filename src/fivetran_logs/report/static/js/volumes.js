// Tables that got far fewer or far more rows than on the same weekday before.

const ANOMALY_STYLES = { silent: 'bad', drop: 'bad', spike: 'warn' };
const ORDER_OF_ANOMALY = ['silent', 'drop', 'spike'];

function volumesPage() {
  const all = rowOf('volumes');
  if (!rowsOf('table_volumes').length) return [pageHead('Tables', 'No table has been written', asOfSentence()), noLog('Volumes of tables') || note('There are no volumes yet.', 'No sync of the last 30 days changed a row.')];
  return [
    pageHead('Tables', volumesFinding(all), `A day is compared with the same weekday of up to eight weeks before. Days with too little history, and today, are not judged: ${format.integer(all.tables_judged_last_day)} of ${plural(all.tables_last_day, 'table')} were judged yesterday, ${plural(all.table_days_judged, 'day')} of tables in ${latestDays()}. ${asOfSentence()}`),
    volumeTable(rowsOf('table_volumes'), 'tables'), anomalyTable(rowsOf('volume_anomalies'), 'anomalies'),
  ];
}

function volumesFinding(all) {
  if (!all.tables_judged_last_day && !all.table_days_judged) return 'No table has enough history to be judged';
  const week = all.anomalies_last_7d > all.anomalies_last_day ? `; ${plural(all.anomalies_last_7d, 'unusual day')} of a table in the last 7` : '';
  return all.anomalies_last_day ? `${all.anomalies_last_day === 1 ? 'One table' : plural(all.anomalies_last_day, 'table')} had an unusual number of rows yesterday${week}` : `No table had an unusual number of rows yesterday${week}`;
}

function anomalyTable(rows, key, hidden) {
  const total = totalOf('volume_anomalies');
  return makeTable({
    key, caption: rows.length ? `${plural(rows.length, 'unusual day')} of tables` : 'No unusual day of a table', note: `${capital(latestDays())}, newest first${!hidden && total > rows.length ? `; ${format.integer(rows.length)} of ${format.integer(total)}` : ''}. Silent: no row at all. Drop and spike: outside the usual range.`, rows, empty: 'Every judged day was within its usual range.',
    columns: [tableColumn(), connectionColumn(), DAY_COLUMN, chipColumn('anomaly', 'What', ANOMALY_STYLES, ORDER_OF_ANOMALY), countColumn('rows_synced', 'Rows'), countColumn('expected_rows', 'Expected'),
      { key: 'low', label: 'Usual range', type: 'number', cell: (row) => h('span', { class: 'whole' }, `${format.compact(Math.round(row.low))} to ${format.compact(Math.round(row.high))}`) }, { key: 'days_of_history', label: 'Compared with', type: 'integer', cell: (row) => plural(row.days_of_history, 'day') }].filter((column) => column.key !== hidden),
    filters: hidden ? [] : [{ label: 'What', value: (row) => row.anomaly }, ...(hasTeams() ? [{ label: 'Team', value: (row) => teamOf(row.connection) }] : [])],
  });
}

function volumeTable(rows, key, hidden) {
  const total = totalOf('table_volumes');
  return makeTable({
    key, caption: hidden ? 'Rows of its tables' : 'Rows of every table', note: `Unusual ones first. The last 7 whole days beside what was expected of the same days${hidden ? '; ten of its tables' : total > rows.length ? `; ${format.integer(rows.length)} of ${format.integer(total)} tables, ten of each connection` : ''}.`, rows,
    columns: [tableColumn(), connectionColumn(), countColumn('rows_last_7d', 'Rows, 7 days'), countColumn('compared_rows_last_7d', 'Of these, compared'), countColumn('expected_rows_last_7d', 'Expected of those'),
      { key: 'last_rows_days_ago', label: 'Last row', type: 'days_ago', cell: (row) => (row.last_rows_days_ago === null ? h('span', { class: 'soft' }, 'over 30 days ago') : format.days_ago(row.last_rows_days_ago)) },
      { key: 'quiet_reason', label: 'Why none since', type: 'text', cell: (row) => quietCell(row) }, { key: 'anomalies_last_30d', label: 'Unusual, 30 days', type: 'integer' }].filter((column) => column.key !== hidden),
  });
}

// Why a table has had no row since its last, with the way to the evidence.
function quietCell(row) {
  if (!row.quiet_reason) return NOTHING;
  const incident = row.quiet_reason === 'its connection fails' ? openIncidentOf(row.connection) : null;
  const cause = incident && incident.probable_cause;
  return [incident ? h('a', { href: incidentLink(incident) }, capital(row.quiet_reason)) : capital(row.quiet_reason), cause ? h('span', { class: 'sub' }, cause) : null];
}
