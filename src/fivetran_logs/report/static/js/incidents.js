// What is broken and since when, what probably caused it, and what broke before.

function incidentsPage() {
  const rows = rowsOf('incidents');
  const waiting = rows.filter((row) => row.is_waiting);
  const days = latestDays();
  if (!rows.length) return [pageHead('Incidents', `No sync has failed in ${days}`, asOfText()), sourceIsEmpty()];
  const total = totalOf('incidents');
  return [
    pageHead('Incidents', incidentFinding(waiting), `An incident is a run of failed syncs of a connection, until one succeeds. ${plural(total, 'incident')} in ${days}, ${asOfText()}.`),
    openIncidents(waiting), incidentTable(rows, days, total),
  ];
}

function incidentFinding(waiting) {
  if (!waiting.length) return 'No incident is open';
  return waiting.length === 1 ? `One incident is open, and it is ${waiting[0].severity}` : `${plural(waiting.length, 'incident')} are open, the worst is ${waiting[0].severity}`;
}

function openIncidents(waiting) {
  if (!waiting.length) return null;
  const id = newId('open-incidents');
  return h('section', { class: 'panel', 'aria-labelledby': id }, h('h2', { id }, 'Open now'),
    h('p', { class: 'soft' }, `Connections that are not paused, the worst first, ${asOfText()}.`),
    h('ul', { class: 'attention' }, waiting.slice(0, 20).map((row) => h('li', {}, chip(PRIORITY_STYLES, row.severity), h('div', {},
      h('p', {}, connectionCell(row.connection), h('span', { class: 'soft' }, ` since ${format.timestamp(row.started_at)}, ${plural(row.failed_syncs, 'failed sync')}`)),
      h('p', {}, message(row)), causeLine(row),
      row.suggested_action ? h('p', {}, h('b', {}, 'Next: '), row.suggested_action) : null)))));
}

function message(row) {
  return row.error_message ? name(row.error_message) : h('span', { class: 'soft' }, 'No failed sync says what went wrong.');
}

function causeLine(row) {
  if (row.probable_cause) return h('p', {}, h('b', {}, 'Probable cause: '), name(row.probable_cause), row.cause_confidence ? h('span', { class: 'soft' }, ` ${capital(row.cause_confidence)} confidence.`) : null);
  return row.why_no_cause ? h('p', { class: 'soft' }, `Cause unknown. ${row.why_no_cause}`) : null;
}

function incidentTable(rows, days, total) {
  return makeTable({
    caption: 'Every incident', note: `${total > rows.length ? `The newest ${format.integer(rows.length)} of ${format.integer(total)}` : 'Those'} of ${days} and all that are open. More shows the changes before it, each with its score.`, rows, size: 25,
    columns: [
      connectionColumn({}), timeColumn('started_at', 'Began'), chipColumn('severity', 'Severity', PRIORITY_STYLES, ORDER_OF_PRIORITY),
      { key: 'duration_seconds', label: 'Lasted', type: 'seconds' }, countColumn('failed_syncs', 'Failed syncs'),
      { key: 'error_category', label: 'Error', type: 'text', wide: true, value: (row) => `${row.error_category || ''} ${row.error_message || ''} ${row.probable_cause || ''}`, cell: (row) => [h('span', {}, format.category(row.error_category || 'unknown')), h('span', { class: 'sub' }, row.wave_summary ? name(row.wave_summary) : row.probable_cause ? name(row.probable_cause) : NOTHING)] },
      { key: 'ended_at', label: 'State', type: 'text', value: (row) => (row.is_waiting ? 0 : row.ended_at ? 2 : 1), cell: (row) => (row.ended_at ? ['ended ', when(row.ended_at)] : row.is_waiting ? h('b', {}, 'open') : 'open, connection paused or deleted') },
    ],
    filters: [{ label: 'Severity', value: (row) => row.severity, ordered: true }, { label: 'Error', value: (row) => row.error_category, show: format.category }, ...(hasTeams() ? [{ label: 'Team', value: (row) => teamOf(row.connection) }] : [])],
    open: openIncident,
  });
}

function openIncident(row) {
  const number = rowsOf('incidents').indexOf(row);
  const causes = rowsOf('incident_causes').filter((each) => each.incident === number);
  return [h('p', {}, message(row)), causeLine(row),
    h('p', { class: 'soft' }, row.last_success_before_at ? `The last success before it was at ${format.timestamp(row.last_success_before_at)}.` : 'No success before it is known.'),
    causes.length ? h('ol', {}, causes.map((each) => h('li', {}, name(each.change_summary), h('span', { class: 'soft' },
      ` at ${format.timestamp(each.cause_at)}; score ${each.cause_score.toFixed(2)} = mechanism ${each.mechanism_score.toFixed(2)} × scope ${each.scope_score.toFixed(2)} × time ${each.time_score.toFixed(2)}${each.veto ? `; ruled out: ${each.veto}` : ''}`)))) : null];
}
