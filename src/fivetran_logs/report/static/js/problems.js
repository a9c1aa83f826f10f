// What is wrong with a connection, in the words that several pages use: since when, the error, what came just before, who owns it, what it
// puts at risk, what to do next.

const NOT_RUNNING = ['broken', 'delayed', 'never_synced']; // no new data arrives
const STRIP_WORDS = { successful: ['successful', ''], failed: ['failed', '×'], rescheduled: ['mixed', '!'] }; // all others look alike

function incidentLink(row) {
  return `#incident/${encodeURIComponent(row.incident_id)}`;
}

function teamLink(team) {
  return h('a', { href: `#team/${encodeURIComponent(team)}` }, name(team));
}

function ownerLink(owner) {
  return h('a', { href: `#owner/${encodeURIComponent(owner)}` }, name(owner));
}

// Owner and team, each a link to its page.
function ownedBy(row) {
  if (!row.team && !row.owner) return null;
  return [row.team ? teamLink(row.team) : null, row.team && row.owner ? ', ' : null, row.owner ? ownerLink(row.owner) : null];
}

function openIncidentOf(number) {
  return rowsOf('incidents').find((row) => row.is_waiting && row.connection === number) || null;
}

function message(row) {
  return row.error_message ? h('span', { class: 'error-text' }, name(row.error_message)) : h('span', { class: 'soft' }, 'No failed sync says what went wrong.');
}

function causeWords(row) {
  if (row.probable_cause) return [name(row.probable_cause), row.cause_confidence ? h('span', { class: 'soft' }, ` ${capital(row.cause_confidence)} confidence.`) : null];
  return row.why_no_cause ? h('span', { class: 'soft' }, `Unknown. ${row.why_no_cause}`) : null;
}

// "since 15 Jun 2026, 14:15 UTC, 2 d 23 h ago"
function sinceWords(row) {
  if (!row.problem_since_at) return null;
  return h('span', {}, row.health_status === 'broken' ? 'failing since ' : row.health_status === 'delayed' ? 'no success since ' : row.health_status === 'never_synced' ? 'set up ' : 'since ',
    h('time', { datetime: row.problem_since_at }, format.timestamp(row.problem_since_at)), ` (${format.ago(row.problem_since_at, AS_OF)})`);
}

function riskWords(row) {
  if (!row.paid_rows_at_risk && !row.tables_at_risk) return null;
  return `${row.tables_at_risk ? plural(row.tables_at_risk, 'table') : 'Tables'}${row.paid_rows_at_risk ? ` with ${format.compact(row.paid_rows_at_risk)} paid rows a month` : ''}${row.criticality ? `; criticality: ${row.criticality}` : ''}`;
}

// Label and value, one a line; those without a value are left out.
function answers(lines) {
  return h('dl', { class: 'answers' }, lines.filter(([, value]) => value !== null && value !== undefined).map(([label, value]) => h('div', {}, h('dt', {}, label), h('dd', {}, value))));
}

// The answers about one connection with a problem.
function problemAnswers(row, number, withSummary) {
  const incident = openIncidentOf(number);
  const error = incident ? message(incident) : row.top_error_message ? h('span', { class: 'error-text' }, name(row.top_error_message)) : null;
  return answers([
    ['What', withSummary ? row.problem_summary : null],
    ['Error', error],
    ['Just before', incident ? causeWords(incident) : null],
    ['At risk', riskWords(row)],
    ['Owner', ownedBy(row) || 'nobody: the seed fivetran_connection_owners does not name it'],
    ['Next', row.recommended_action],
  ]);
}

// One connection of a list of problems.
function problemItem(row, number) {
  const incident = openIncidentOf(number);
  const since = sinceWords(row);
  return h('li', {}, chip(PRIORITY_STYLES, row.problem_severity), h('div', {},
    h('p', {}, h('a', { class: 'who', href: connectionLink(number) }, name(row.connection_name)), h('span', { class: 'soft' }, ' ', [row.connector_name, row.destination_name].filter(Boolean).join(' → '))),
    h('p', {}, h('b', {}, capital(format.category(row.health_status))), since ? [', ', since] : null, incident ? [' · ', h('a', { href: incidentLink(incident) }, 'incident')] : null),
    problemAnswers(row, number, true)));
}

// A lesser problem, in one line.
function problemLine(row, number) {
  return h('li', {}, chip(PRIORITY_STYLES, row.problem_severity), h('p', {}, h('a', { class: 'who', href: connectionLink(number) }, name(row.connection_name)), ': ', row.problem_summary, ' ', h('span', { class: 'soft' }, row.recommended_action)));
}

// The last syncs of a connection, oldest first: a field each.
function syncStrip(number) {
  const rows = rowsFor('recent_syncs', 'connection', number);
  if (!rows.length) return null;
  const id = newId('strip');
  const count = (status) => rows.filter((row) => row.sync_status === status).length;
  const [failed, putOff] = [count('failed'), count('rescheduled')];
  const startOf = (row) => new Date(Date.parse(AS_OF) - row.seconds_ago * 1000).toISOString();
  return h('div', { class: 'strip-box' },
    h('p', { class: 'small', id }, h('b', {}, `${rows.length === 1 ? 'Its only sync' : `The last ${format.integer(rows.length)} syncs`}: ${failed ? `${format.integer(failed)} failed` : 'none failed'}${putOff ? `, ${format.integer(putOff)} rescheduled` : ''}`), h('span', { class: 'soft' }, `, oldest on the left, since ${format.timestamp(startOf(rows[0]))}`)),
    h('ol', { class: 'strip', 'aria-labelledby': id }, rows.map((row) => {
      const [style, sign] = STRIP_WORDS[row.sync_status] || ['none', ''];
      const words = `${format.timestamp(startOf(row))}: ${format.category(row.sync_status)}${row.duration_seconds === null ? '' : `, ${format.seconds(row.duration_seconds)}`}${row.rows_synced ? `, ${format.integer(row.rows_synced)} rows` : ''}`;
      return h('li', { class: `day ${style}`, title: words }, h('span', { 'aria-hidden': 'true' }, sign), h('span', { class: 'unseen' }, words));
    })));
}

// The page of a connection in Fivetran. Aliases lead nowhere.
function fivetranLink(row) {
  const pattern = rowOf('settings').connection_url;
  if (!pattern || report.redacted) return null;
  return h('a', { href: pattern.replace('{connection_id}', encodeURIComponent(row.connection_id)) }, 'Open in Fivetran');
}
