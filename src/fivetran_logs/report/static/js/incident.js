// The page of one incident: what failed, since when, what came before it and how well each change explains it, whom it hurts, who was told.

function incidentPage(id) {
  const number = rowsOf('incidents').findIndex((row) => row.incident_id === id);
  if (number < 0) return [pageHead('Incident', 'This incident is not in the report', ['It is older than the report, or one of many: ', h('a', { href: '#incidents' }, 'all incidents'), '.'])];
  const row = rowsOf('incidents')[number];
  const connection = connectionAt(row.connection);
  const rows = (table) => rowsFor(table, 'incident', number);
  return [
    h('header', {}, h('p', { class: 'eyebrow' }, h('a', { href: '#incidents' }, 'Incidents')), h('h1', {}, incidentTitle(row, connection)),
      h('p', {}, chip(PRIORITY_STYLES, row.severity), ' ', h('span', { class: 'soft' }, `${incidentState(row)}. ${asOfSentence()}`))),
    h('section', { class: 'panel', 'aria-label': 'In short' }, answers([
      ['Error', message(row)], ['Just before', causeWords(row)], ['With it', row.wave_summary ? name(row.wave_summary) : null],
      ['At risk', riskWords({ ...row, tables_at_risk: row.tables_stale, paid_rows_at_risk: row.paid_active_rows_at_risk, criticality: (connection || {}).criticality })],
      ['Owner', connection ? ownedBy(connection) : null], ['Told', toldWords(row)], ['Next', row.ended_at ? null : row.suggested_action],
      ['See', connection ? [h('a', { href: connectionLink(row.connection) }, 'the page of the connection'), fivetranLink(connection) ? [' · ', fivetranLink(connection)] : null] : null]])),
    timeline(row, rows), causeTable(row, rows('incident_causes')), staleTables(row, rows('incident_tables')),
  ];
}

function incidentTitle(row, connection) {
  const who = connection ? name(connection.connection_name) : 'A connection';
  return row.ended_at ? [who, ` failed for ${format.seconds(row.duration_seconds)}`] : [who, ` has failed for ${format.seconds(row.duration_seconds)}`];
}

function incidentState(row) {
  const from = `since ${format.timestamp(row.started_at)}, ${plural(row.failed_syncs, 'failed sync')}`;
  return row.ended_at ? `${capital(from)}; it ended at ${format.timestamp(row.ended_at)}` : row.is_waiting ? `Open ${from}` : `Open ${from}; the connection is paused or deleted`;
}

// Who knows of it. Only the state file of alerts can tell.
function toldWords(row) {
  if (!report.told_until) return h('span', { class: 'soft' }, 'Unknown: no state file of fivetran-logs alert is known to this report.');
  const told = rowsFor('told', 'incident', rowsOf('incidents').indexOf(row));
  if (told.length) return listed(told.map((each) => `${each.receiver} at ${format.timestamp(each.told_at)}`));
  return row.ended_at ? h('span', { class: 'soft' }, 'Not known any more: the state file keeps what is open.') : `Nobody, as of the alert run at ${format.timestamp(report.told_until)}.`;
}

// Changes, syncs and messages in order of time.
function timeline(row, rows) {
  const syncs = rows('incident_syncs');
  const failed = syncs.filter((sync) => sync.sync_status === 'failed').length;
  const steps = [
    ...syncs.map((sync) => [sync.sync_completed_at || sync.sync_started_at, sync.sync_status === 'failed' ? 'bad' : sync.sync_status === 'successful' ? 'good' : '',
      [h('b', {}, `Sync ${format.category(sync.sync_status)}`), ` after ${show('seconds', sync.duration_seconds)}${sync.rows_synced ? `, ${format.integer(sync.rows_synced)} rows changed` : ''}`, sync.failure_reason ? h('span', { class: 'sub' }, name(sync.failure_reason)) : null]]),
    ...rows('incident_causes').map((cause) => [cause.cause_at, 'warn', [h('b', {}, 'Change: '), name(cause.change_summary)]]),
    ...rows('told').map((told) => [told.told_at, '', [h('b', {}, 'Told: '), name(told.receiver), ` as ${told.told_severity}`]]),
  ].sort(([one], [other]) => one.localeCompare(other));
  if (!steps.length) return null;
  const id = newId('timeline');
  const missing = row.failed_syncs - failed;
  return h('section', { class: 'panel', 'aria-labelledby': id }, h('h2', { id }, 'Timeline'),
    h('p', { class: 'soft' }, `Syncs from the last success before it${row.ended_at ? ' to the success that ended it' : ' to now'}, and the changes that may explain it, UTC.${missing > 0 ? ` ${plural(missing, 'more failed sync')} in the middle ${missing === 1 ? 'is' : 'are'} left out.` : ''}`),
    h('ol', { class: 'timeline' }, steps.map(([at, style, words]) => h('li', { class: style ? `was-${style}` : null }, h('time', { datetime: at }, `${format.shortDate(at)}, ${at.slice(11, 16)}`), h('div', {}, words)))));
}

function causeTable(row, rows) {
  if (!rows.length) return null;
  const score = (key, label) => ({ key, label, type: 'number', cell: (each) => each[key].toFixed(2) });
  return makeTable({
    key: 'causes', caption: row.probable_cause && !row.wave_summary ? 'One change explains it well enough' : `${plural(rows.length, 'change')} came before it; none is claimed as the cause`,
    note: `Score = mechanism × scope × time, each from 0 to 1: how well its kind explains the error, how near to the connection, how near in time.${row.candidates_considered > rows.length ? ` The likeliest ${rows.length} of ${format.integer(row.candidates_considered)}.` : ''}`, rows,
    columns: [{ key: 'change_summary', label: 'Change', type: 'text', wide: true, cell: (each) => [name(each.change_summary), each.veto ? h('span', { class: 'sub' }, `Ruled out: ${each.veto}`) : null] },
      { key: 'cause_at', label: 'When', type: 'timestamp', cell: (each) => h('span', { class: 'whole' }, format.timestamp(each.cause_at)) }, score('cause_score', 'Score'), score('mechanism_score', 'Mechanism'), score('scope_score', 'Scope'), score('time_score', 'Time')],
  });
}

function staleTables(row, rows) {
  if (row.ended_at || !rows.length) return null;
  return makeTable({
    key: 'tables', caption: `${plural(rows.length, 'table')} without complete new data`, note: 'Tables that the connection wrote in the last 30 days. A failed sync may have written part of one.', rows,
    columns: [tableColumn(), { key: 'last_complete_at', label: 'Complete until', type: 'timestamp', cell: (each) => (each.last_complete_at ? h('span', { class: 'whole' }, format.timestamp(each.last_complete_at)) : NOTHING) }, countColumn('rows_synced_last_30d', 'Rows, last 30 days')],
  });
}

function tableColumn() {
  return nameColumn('table_name', 'Table', { cell: (row) => [h('span', { class: 'clip', title: row.table_name }, name(row.table_name)), row.schema_name ? h('span', { class: 'sub' }, name(row.schema_name)) : null], value: (row) => [row.table_name, row.schema_name].filter(Boolean).join(' ') || null });
}
