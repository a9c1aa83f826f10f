// Connections by day: one field per day, coloured by the outcome of its syncs, with a sign for readers who cannot see colours.

const GRID_DAYS = 30;
const GRID_SIZE = 30; // connections a page
const OUTCOMES = {
  successful: ['successful', '', 'every finished sync successful'],
  mixed: ['mixed', '!', 'some syncs failed'],
  failed: ['failed', '×', 'every finished sync failed'],
  'no outcome': ['none', '', 'no outcome (waiting, cancelled, running or unknown)'],
};

function makeGrid(numbers, title, note) {
  const id = newId('grid');
  const body = h('tbody');
  const pager = makePager(title, GRID_SIZE, draw);
  const days = Array.from({ length: GRID_DAYS }, (_, place) => GRID_DAYS - 1 - place);
  const marked = new Map([[GRID_DAYS - 1, ''], [21, ''], [14, ''], [7, ''], [0, 'end']]);
  const head = days.map((daysAgo) => h('th', { scope: 'col', class: marked.get(daysAgo) || null },
    h('span', { class: marked.has(daysAgo) ? null : 'unseen' }, format.shortDate(dayOf(daysAgo)))));

  function draw() {
    const [from, to] = pager.slice(numbers.length, numbers.length);
    body.replaceChildren(...numbers.slice(from, to).map(makeRow));
  }

  function makeRow(number) {
    const connection = connectionAt(number);
    const byDay = new Map(rowsFor('connection_days', 'connection', number).map((row) => [row.days_ago, row]));
    return h('tr', {}, h('th', { scope: 'row', class: 'name' }, h('a', { href: connectionLink(number), title: connection.connection_name },
      name(connection.connection_name))), days.map((daysAgo) => h('td', {}, makeDay(byDay.get(daysAgo), daysAgo))));
  }

  function makeDay(row, daysAgo) {
    const day = format.shortDate(dayOf(daysAgo));
    if (!row) return h('span', { class: 'day', title: `${day}: no sync` }, h('span', { class: 'unseen' }, 'no sync'));
    const [style, sign, words] = OUTCOMES[row.outcome];
    const text = row.failed_syncs ? `${plural(row.failed_syncs, 'sync')} of ${format.integer(row.successful_syncs + row.failed_syncs)} failed`
      : row.successful_syncs ? `${plural(row.successful_syncs, 'sync')}, ${words.replace('every finished sync', 'all')}` : `${plural(row.total_syncs, 'sync')}, ${words}`;
    return h('span', { class: `day ${style}`, title: `${day}: ${text}` }, h('span', { 'aria-hidden': 'true' }, sign), h('span', { class: 'unseen' }, text));
  }

  draw();
  const legend = Object.values(OUTCOMES).map(([style, sign, words]) => h('span', {}, h('i', { class: `day ${style}`, 'aria-hidden': 'true' }, sign), capital(words)));
  return h('section', { class: 'panel', 'aria-labelledby': id }, h('h2', { id }, title), h('p', { class: 'soft' }, note),
    h('div', { class: 'grid-legend' }, legend, h('span', {}, h('i', { class: 'day', 'aria-hidden': 'true' }), 'No sync')),
    h('table', { class: 'grid', 'aria-labelledby': id }, h('thead', {}, h('tr', {}, h('th', { scope: 'col', class: 'name' }, h('span', { class: 'unseen' }, 'Connection')), head)), body),
    pager.element);
}
