// What is broken and since when, what probably caused it, and what broke before.

function incidentsPage() {
  const rows = rowsOf('incidents');
  const waiting = rows.filter((row) => row.is_waiting);
  const days = latestDays();
  if (!rows.length) return [pageHead('Incidents', sourceRows('log') ? `No sync has failed in ${days}` : 'No sync is known', asOfSentence()), sourceIsEmpty()];
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
      h('p', {}, connectionCell(row.connection), h('span', { class: 'soft' }, ` since ${format.timestamp(row.started_at)}, ${plural(row.failed_syncs, 'failed sync')} · `), h('a', { href: incidentLink(row) }, 'incident')),
      answers([['Error', message(row)], ['Just before', causeWords(row)], ['Owner', ownedBy(connectionAt(row.connection) || {})], ['Told', toldWords(row)], ['Next', row.suggested_action]]))))));
}

function incidentTable(rows, days, total, more) {
  return makeTable({
    key: 'all', caption: 'Every incident', note: `${total > rows.length ? `The newest ${format.integer(rows.length)} of ${format.integer(total)}` : 'Those'} of ${days} and all that are open. A time opens the incident's own page.`, rows, size: 25, ...more,
    columns: [
      ...(more && more.of !== undefined ? [] : [connectionColumn()]), timeColumn('started_at', 'Began', { cell: (row) => h('a', { href: incidentLink(row) }, when(row.started_at)) }), chipColumn('severity', 'Severity', PRIORITY_STYLES, ORDER_OF_PRIORITY),
      { key: 'duration_seconds', label: 'Lasted', type: 'seconds' }, countColumn('failed_syncs', 'Failed syncs'),
      { key: 'error_category', label: 'Error', type: 'text', wide: true, value: (row) => `${row.error_category || ''} ${row.error_message || ''} ${row.probable_cause || ''}`, cell: (row) => [h('span', {}, format.category(row.error_category || 'unknown')), row.wave_summary || row.probable_cause ? h('span', { class: 'sub' }, name(row.wave_summary || row.probable_cause)) : null] },
      { key: 'ended_at', label: 'State', type: 'text', value: (row) => (row.is_waiting ? 0 : row.ended_at ? 2 : 1), cell: (row) => (row.ended_at ? ['ended ', when(row.ended_at)] : row.is_waiting ? h('b', {}, 'open') : 'open, connection paused or deleted') },
    ],
    filters: [{ label: 'Severity', value: (row) => row.severity, ordered: true }, { label: 'Error', value: (row) => row.error_category, show: format.category }, ...(hasTeams() && !(more && more.of !== undefined) ? [{ label: 'Team', value: (row) => teamOf(row.connection) }] : [])],
    open: openIncident,
  });
}

function openIncident(row) {
  return [answers([['Error', message(row)], ['Just before', causeWords(row)]]), h('p', {}, h('a', { href: incidentLink(row) }, 'The page of this incident'), ' has its syncs, the changes before it with their scores, its tables, and who was told.')];
}
