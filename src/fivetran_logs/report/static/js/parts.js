// What several pages use: headings, cards, chips, notes on missing tables, columns of tables, rows of charts.

const STATUS_STYLES = { healthy: 'good', broken: 'bad', delayed: 'warn', degraded: 'warn', never_synced: 'warn', paused: '', deleted: '' };
const PRIORITY_STYLES = { critical: 'bad', high: 'bad', medium: 'warn', low: '' };
const ORDER_OF_PRIORITY = ['critical', 'high', 'medium', 'low'];
const NAMED = 3; // new or gone connections that a comparison names
const IMPACT_STYLES = { high: 'bad', medium: 'warn', low: '' };

function pageHead(title, finding, lead) {
  return h('header', {}, h('p', { class: 'eyebrow' }, title), h('h1', {}, finding), lead ? h('p', { class: 'lead' }, lead) : null);
}

function chip(styles, value) {
  return h('span', { class: `chip ${styles[value] || ''}`.trim() }, capital(format.category(value)));
}

function note(what, why) {
  return h('p', { class: 'note', role: 'note' }, h('b', {}, `${what} `), why);
}

// An absolute time behind a relative one.
function when(timestamp) {
  return timestamp ? h('time', { datetime: timestamp, title: format.timestamp(timestamp) }, format.ago(timestamp, AS_OF)) : NOTHING;
}

function exact(value, shown) {
  return value === null || value === undefined ? NOTHING : h('span', { title: format.integer(value) }, shown || format.compact(value));
}

function connectionCell(number, otherwise, sub) {
  const connection = connectionAt(number);
  const label = connection ? h('a', { href: connectionLink(number), class: 'clip', title: connection.connection_name }, name(connection.connection_name))
    : otherwise ? h('span', { class: 'clip', title: otherwise }, name(otherwise)) : NOTHING;
  return sub && label !== NOTHING ? [label, h('span', { class: 'sub' }, sub)] : label;
}

// Whether any connection has a team. If not, the page shows no teams and no filter for them.
function hasTeams() {
  return rowsOf('connections').some((row) => row.team);
}

function teamOf(number) {
  return (connectionAt(number) || {}).team || null;
}

// The label of usage or a bill without a connection.
function unmatchedLabel(row) {
  return row.unmatched_name || (row.total_rows === 0 ? 'bill without usage' : null);
}

function connectionColumn(more) {
  return { key: 'connection', label: 'Connection', type: 'text', value: (row) => (connectionAt(row.connection) || {}).connection_name || unmatchedLabel(row),
    cell: (row) => connectionCell(row.connection, unmatchedLabel(row)), ...more };
}

function nameColumn(key, label, more) {
  return { key, label, type: 'text', cell: (row) => (row[key] === null ? NOTHING : h('span', { class: 'clip', title: row[key] }, name(row[key]))), ...more };
}

function chipColumn(key, label, styles, order) {
  return { key, label, type: 'text', cell: (row) => (row[key] ? chip(styles, row[key]) : NOTHING),
    value: order ? (row) => (row[key] ? order.indexOf(row[key]) : null) : undefined };
}

function timeColumn(key, label, more) {
  return { key, label, type: 'timestamp', cell: (row) => when(row[key]), ...more };
}

function countColumn(key, label, more) {
  return { key, label, type: 'compact', cell: (row) => exact(row[key]), ...more };
}

function bar(share, isLow) {
  const fillBar = h('i');
  fillBar.style.width = `${Math.max(0, Math.min(1, share)) * 100}%`;
  return h('span', { class: isLow ? 'bar low' : 'bar', 'aria-hidden': 'true' }, fillBar);
}

// A change in words, coloured by whether more is good, bad or neutral.
function change(text, direction, meaning) {
  const style = direction === 0 || meaning === 'neutral' ? '' : (direction > 0) === (meaning === 'more is better') ? 'good' : direction > 0 ? 'up-bad' : 'down-bad';
  const sign = direction > 0 ? '▲ ' : direction < 0 ? '▼ ' : '';
  return h('span', { class: style || null }, sign ? h('span', { 'aria-hidden': 'true' }, sign) : null, text);
}

function changeOfShare(share, meaning) {
  if (share === null || share === undefined) return null;
  if (Math.abs(share) < 0.0005) return change('unchanged', 0, meaning);
  return change(`${format.share(Math.abs(share))} ${share > 0 ? 'more' : 'less'}`, share, meaning);
}

// What a row tells when it is opened: [label, value], without those that have none.
function pairs(lines) {
  return h('dl', { class: 'pairs' }, lines.filter(([, value]) => value).map(([label, value]) => [h('dt', {}, label), h('dd', {}, value)]));
}

// The months of some rows, the latest first.
function monthsOf(rows) {
  return [...new Set(rows.map((row) => row.month_date))].sort().reverse();
}

// Whether another connection has the same name: a name that is new and gone at once is two of them.
function isTwice(number) {
  return rowsOf('connections').filter((row) => row.connection_name === connectionAt(number).connection_name).length > 1;
}

// The new and the gone connections that make two periods unlike, by name; null where there is none.
function newAndGone(period) {
  const rows = rowsOf('new_and_gone').filter((row) => row.period === period && connectionAt(row.connection));
  const named = (kind) => {
    const some = rows.filter((row) => row.kind === kind);
    if (!some.length) return null;
    const shown = some.slice(0, NAMED);
    const more = some[0].of_this_kind - shown.length;
    return [`${capital(kind)}: `, shown.map((row, place) => [place ? ', ' : null, connectionCell(row.connection), isTwice(row.connection) ? ` (${connectionAt(row.connection).connection_id})` : null]), more > 0 ? ` and ${format.integer(more)} more` : null];
  };
  const both = [named('new'), named('gone')].filter(Boolean);
  return both.length ? h('span', { class: 'soft' }, both.map((each, place) => [place ? '. ' : null, each])) : null;
}

function unlikeParts(period, label) {
  const names = newAndGone(period);
  return names ? h('p', { class: 'small' }, h('b', {}, `${label}: `), names) : null;
}

// The last two months that are over, which bills and units are compared of.
function unlikeWholeMonths() {
  return unlikeParts('whole month', `Paid rows in ${lastWholeMonth()} or in ${lastWholeMonth(2)} only`);
}

function changeCell(share) {
  return share === null ? NOTHING : `${share > 0 ? '+' : share < 0 ? '−' : ''}${format.share(Math.abs(share))}`;
}

function changeColumn(key, label) {
  return { key, label, type: 'share', cell: (row) => changeCell(row[key]) };
}

function card(title, figure, unit, lines, spark) {
  return h('article', { class: 'card' }, h('h2', {}, title),
    h('p', { class: 'figure' }, figure, unit ? h('span', { class: 'unit' }, `${NARROW}${unit}`) : null),
    lines.filter(Boolean).map((line) => h('p', { class: 'change' }, line)), spark);
}

// Rows of daily charts: one a day and kind.
function dayRows(rows, kinds, say) {
  return rows.flatMap((row) => Object.entries(kinds).filter(([key]) => row[key] !== null && row[key] !== undefined).map(([key, kind]) => {
    const day = dayOf(row.days_ago);
    return { day: Date.parse(day), label: format.date(day), kind, value: row[key], value_label: say(row[key], kind) };
  }));
}

function monthRows(rows, kinds, say) {
  return rows.flatMap((row) => Object.entries(kinds).filter(([key]) => row[key] !== null && row[key] !== undefined).map(([key, kind]) => ({
    month: monthTick(row.month_date), label: monthLabel(row.month_date), kind, value: row[key], value_label: say(row[key], kind) })));
}

function lastWholeMonth(ago = 1) {
  return MONTH_NAMES[(Number(AS_OF.slice(5, 7)) + 11 - ago) % 12];
}

function isThisMonth(month) {
  return month.slice(0, 7) === AS_OF.slice(0, 7);
}

function monthLabel(month) {
  return `${format.monthName(month)} ${month.slice(0, 4)}${isThisMonth(month) ? ` (up to ${format.shortDate(AS_OF)})` : ''}`;
}

// The label under a bar; it marks the month that has not ended.
function monthTick(month) {
  return isThisMonth(month) ? `to ${format.shortDate(AS_OF)}` : format.month(month);
}

const DAY_COLUMN = { key: 'days_ago', label: 'Day', type: 'text', value: (row) => -row.days_ago, cell: (row) => h('span', { class: 'whole' }, format.date(dayOf(row.days_ago))), exported: (row) => dayOf(row.days_ago) };
const MONTH_COLUMN = { key: 'month_date', label: 'Month', type: 'text', cell: (row) => monthLabel(row.month_date) };

function latestDays() {
  return `the last ${rowOf('settings').report_days} days`;
}

function asOfText() {
  return `as of ${format.timestamp(AS_OF)}`;
}

function asOfSentence() {
  return `${capital(asOfText())}.`;
}

// The reason for an empty page, if the source lacks a table that every page needs.
function sourceIsEmpty() {
  const missing = ['log', 'connection'].filter((table) => !sourceRows(table));
  if (!missing.length) return null;
  return note(`The source has no rows in ${listed(missing)}.`, 'Either the Fivetran Platform connection has not synced yet, the tables are deselected, '
    + 'or the variable fivetran_platform_schema names another schema. `fivetran-logs query check_source` looks at every table.');
}

function noLog(what) {
  return sourceRows('log') ? null : note(`${what} cannot be shown.`, 'They come from the table log, which is missing or empty: the Fivetran Platform connection has not synced yet, or the table is deselected.');
}
