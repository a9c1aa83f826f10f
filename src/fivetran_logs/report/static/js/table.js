// Tables: sort by any column, search, filter, page, open a row. Our own code, because libraries that work offline insert
// values as HTML; cells here are texts or nodes made with h().
//
// column: {key, label, type, value?(row), cell?(row), wide?, sortable?, descending?}
//   type     how `row[key]` is shown and aligned (format.js); value() is sorted and searched, cell() is shown
// filter: {label, value(row), all?, first?}: a choice among the distinct texts of value(row); `first` is chosen at the start
// options: {caption, note, columns, rows, filters, search, size, open?(row), opens?(row), openLabel, empty, level}

const NUMBERS = new Set(['integer', 'compact', 'number', 'score', 'ratio', 'share', 'usd', 'seconds', 'minutes', 'hours', 'days_ago']);
const LONGEST_CHOICE = 60; // characters of an entry of a filter

function makeTable(options) {
  const { columns, rows } = options;
  const filters = options.filters || [];
  const size = options.size || 25;
  const id = newId('table');
  const state = { search: '', chosen: filters.map((filter) => filter.first || ''), sort: null, descending: false };
  const texts = new Map();

  const body = h('tbody', { role: 'rowgroup' });
  const headers = columns.map((column) => header(column));
  const table = h('table', { class: 'data', role: 'table', id, 'aria-labelledby': `${id}-title` },
    h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, headers, options.open ? h('th', { role: 'columnheader', scope: 'col' },
      h('span', { class: 'unseen' }, options.openLabel || 'Details')) : null)), body);
  const pager = makePager(options.caption, size, draw);
  const sortTool = columns.some((column) => column.sortable !== false) ? makeSortTool() : null;
  const element = h('section', { class: 'panel table-panel', 'aria-labelledby': `${id}-title` },
    h('div', { class: 'table-head' }, h(options.level || 'h2', { id: `${id}-title` }, options.caption),
      options.note ? h('p', { class: 'soft' }, options.note) : null),
    rows.length ? tools() : null,
    rows.length ? h('div', { class: 'table-wrap', role: 'region', tabindex: '0', 'aria-label': `${options.caption}, table` }, table) : null,
    rows.length ? pager.element : h('p', { class: 'empty' }, options.empty || 'None.'));

  function header(column) {
    const label = column.sortable === false ? column.label : h('button', { type: 'button', onclick: () => sortBy(column) }, headerWords(column.label));
    const classes = [NUMBERS.has(column.type) ? 'number' : '', column.wide ? 'wide' : ''].join(' ').trim();
    return h('th', { role: 'columnheader', scope: 'col', class: classes || null,
      'aria-sort': column.sortable === false ? null : 'none' }, label);
  }

  function tools() {
    const parts = [];
    if (options.search !== false && rows.length > 5) {
      parts.push(h('label', {}, 'Search', h('input', { type: 'search', autocomplete: 'off', spellcheck: 'false', 'aria-controls': id,
        oninput: (event) => { state.search = event.target.value.trim().toLowerCase(); restart(); } })));
    }
    filters.forEach((filter, place) => parts.push(makeFilter(filter, place)));
    if (sortTool && rows.length > 1) parts.push(sortTool.element);
    if (options.file) parts.push(h('button', { type: 'button', class: 'download', onclick: () => download(`${options.file}.csv`, csvOf(columns, matching())) }, 'Download CSV'));
    return parts.length ? h('div', { class: 'table-tools' }, parts) : null;
  }

  function makeFilter(filter, place) {
    const counts = new Map();
    for (const row of rows) {
      const text = filter.value(row);
      if (text !== null && text !== undefined) counts.set(text, (counts.get(text) || 0) + 1);
    }
    const choices = [...counts.keys()];
    if (!filter.ordered) choices.sort((a, b) => String(a).localeCompare(String(b), 'en'));
    const option = (text) => h('option', { value: text, selected: state.chosen[place] === text },
      `${shorten(filter.show ? filter.show(text) : String(text))} (${format.integer(counts.get(text))})`);
    return h('label', {}, filter.label, h('select', { 'aria-controls': id,
      onchange: (event) => { state.chosen[place] = event.target.value; restart(); } },
    h('option', { value: '' }, filter.all || 'All'), choices.map(option)));
  }

  function makeSortTool() {
    const select = h('select', { 'aria-controls': id, onchange: () => {
      const [place, direction] = select.value.split(' ');
      state.sort = columns[Number(place)] || null;
      state.descending = direction === 'down';
      markSorted();
      restart();
    } }, h('option', { value: '' }, 'As given'));
    columns.forEach((column, place) => {
      if (column.sortable === false) return;
      const number = NUMBERS.has(column.type) || column.type === 'timestamp';
      select.append(h('option', { value: `${place} up` }, `${column.label}, ${number ? 'lowest' : 'A to Z'}`));
      select.append(h('option', { value: `${place} down` }, `${column.label}, ${number ? 'highest' : 'Z to A'}`));
    });
    return { element: h('label', { class: 'sort-tool' }, 'Sort by', select), select };
  }

  // Numbers and times start with the highest, texts with A; the second press reverses the order, the third restores it.
  function sortBy(column) {
    const highFirst = NUMBERS.has(column.type) || column.type === 'timestamp';
    if (state.sort !== column) Object.assign(state, { sort: column, descending: highFirst });
    else if (state.descending === highFirst) state.descending = !highFirst;
    else Object.assign(state, { sort: null, descending: false });
    markSorted();
    restart();
  }

  function markSorted() {
    columns.forEach((column, place) => {
      if (column.sortable === false) return;
      headers[place].setAttribute('aria-sort', state.sort !== column ? 'none' : state.descending ? 'descending' : 'ascending');
    });
    if (sortTool) sortTool.select.value = state.sort ? `${columns.indexOf(state.sort)} ${state.descending ? 'down' : 'up'}` : '';
  }

  function textOf(row) {
    if (!texts.has(row)) {
      texts.set(row, columns.map((column) => valueOf(column, row)).filter((value) => typeof value === 'string').join('\n').toLowerCase());
    }
    return texts.get(row);
  }

  function matching() {
    const words = state.search.split(/\s+/).filter(Boolean);
    const found = rows.filter((row) => filters.every((filter, place) => !state.chosen[place] || String(filter.value(row)) === state.chosen[place])
      && words.every((word) => textOf(row).includes(word)));
    if (!state.sort) return found;
    const sign = state.descending ? -1 : 1;
    return found.map((row) => [valueOf(state.sort, row), row]).sort(([a], [b]) => compare(a, b, sign)).map(([, row]) => row);
  }

  function restart() {
    pager.reset();
    draw();
  }

  function draw() {
    const found = matching();
    const [from, to] = pager.slice(found.length, rows.length);
    body.replaceChildren(...found.slice(from, to).flatMap(makeRow));
    if (!found.length) body.append(h('tr', { role: 'row' }, h('td', { role: 'cell', colspan: columns.length + (options.open ? 1 : 0) }, 'Nothing matches.')));
  }

  function makeRow(row) {
    const cells = columns.map((column) => {
      const shown = column.cell ? column.cell(row) : show(column.type, row[column.key]);
      const empty = shown === NOTHING;
      const classes = [NUMBERS.has(column.type) ? 'number' : '', column.wide ? 'wide' : '', empty ? 'nothing' : ''].join(' ').trim();
      return h('td', { role: 'cell', class: classes || null, 'data-label': column.label, title: column.title ? column.title(row) : null },
        empty ? [h('span', { 'aria-hidden': 'true' }, NOTHING), h('span', { class: 'unseen' }, 'none')] : shown);
    });
    const line = h('tr', { role: 'row' }, cells);
    if (!options.open) return [line];
    if (options.opens && !options.opens(row)) {
      line.append(h('td', { role: 'cell', class: 'nothing' }));
      return [line];
    }
    const detailId = newId('detail');
    const detail = h('tr', { role: 'row', class: 'detail', id: detailId, hidden: true });
    const more = h('button', { type: 'button', class: 'more', 'aria-expanded': 'false', 'aria-controls': detailId, onclick: () => {
      if (!detail.childNodes.length) detail.append(h('td', { role: 'cell', colspan: columns.length + 1 }, options.open(row)));
      detail.hidden = !detail.hidden;
      more.setAttribute('aria-expanded', String(!detail.hidden));
      more.textContent = detail.hidden ? 'More' : 'Less';
    } }, 'More');
    line.append(h('td', { role: 'cell', 'data-label': '' }, more));
    return [line, detail];
  }

  draw();
  return element;
}

// What the table shows, with whole figures instead of rounded ones. A text that a spreadsheet would run as a formula becomes inert.
function csvOf(columns, rows) {
  const plain = (column, row) => {
    const value = valueOf(column, row);
    return column.file ? column.file(row) : typeof value === 'string' ? value : row[column.key];
  };
  const cell = (value) => {
    if (value === null || value === undefined) return '';
    if (typeof value === 'number') return String(value);
    const text = /^[=+\-@\t\r]/.test(String(value)) ? `'${value}` : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  return [columns.map((column) => column.label), ...rows.map((row) => columns.map((column) => plain(column, row)))]
    .map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

function download(file, text) {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  const link = h('a', { download: file });
  link.href = address; // a text of our own, not a link that somebody else could have written
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

// Keeps the sort sign on one line with the last word.
function headerWords(label) {
  const words = label.split(' ');
  const last = words.pop();
  return [words.length ? `${words.join(' ')} ` : '', h('span', { class: 'with-sign' }, last)];
}

function valueOf(column, row) {
  return column.value ? column.value(row) : row[column.key];
}

// Empty values come last, in either order.
function compare(a, b, sign) {
  const noA = a === null || a === undefined;
  const noB = b === null || b === undefined;
  if (noA || noB) return noA - noB;
  if (typeof a === 'string') return sign * a.localeCompare(String(b), 'en', { numeric: true });
  return sign * (a - b);
}

function shorten(text) {
  return text.length > LONGEST_CHOICE ? `${text.slice(0, LONGEST_CHOICE - 1)}…` : text;
}
