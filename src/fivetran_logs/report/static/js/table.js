// Tables: search, sort, filter, choose columns, page, open a row, copy, save, print. What a reader chooses is kept in the address.
//
// Our own code, and no library. Those that run from a file (Tabulator, Grid.js, DataTables) weigh 50 to 400 kB, as much as all other
// scripts of the report, and put values into the page as HTML or need styles and events of their own; headless ones (TanStack) leave all
// that is below to us. Cells here are texts or nodes made with h(), a page of 25 rows needs no virtual scrolling, and 100,000 rows are
// searched and sorted in a blink.
//
// column: {key, label, type, value?(row), cell?(row), exported?(row), wide?, sortable?, hidden?}
//   type     how `row[key]` is shown and aligned (format.js); value() is sorted and searched, cell() is shown, exported() is saved
// filter: {label, value(row), all?, first?}: a choice among the distinct texts of value(row); `first` is chosen at the start
// options: {key, caption, note, columns, rows, filters, search, size, open?(row), opens?(row), openLabel, empty, level}
//   key      names the table in the address; a table without one forgets

const NUMBERS = new Set(['integer', 'compact', 'number', 'score', 'ratio', 'share', 'usd', 'seconds', 'minutes', 'hours', 'days_ago']);
const LONGEST_CHOICE = 60; // characters of an entry of a filter
const MOST_PRINTED = 2000; // rows
const PATIENCE = 120; // milliseconds without a key press before a search begins
const collator = new Intl.Collator('en', { numeric: true });

function makeTable(options) {
  const { columns, rows } = options;
  const filters = options.filters || [];
  const size = options.size || 25;
  const id = newId('table');
  const chosen = (name) => (options.key ? choices.get(`${options.key}.${name}`) : null);
  const keep = (name, value) => { if (options.key) keepChoice(`${options.key}.${name}`, value); };
  const state = readState();
  const texts = new Map();
  let waitingSearch = null;

  const body = h('tbody', { role: 'rowgroup' });
  const headers = columns.map((column) => header(column));
  const table = h('table', { class: 'data', role: 'table', id, 'aria-labelledby': `${id}-title` },
    h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, headers, options.open ? h('th', { role: 'columnheader', scope: 'col' },
      h('span', { class: 'unseen' }, options.openLabel || 'Details')) : null)), body);
  const title = [options.caption].flat(Infinity).map((part) => (part instanceof Node ? part.textContent : part)).join('');
  const pager = makePager(title, size, draw);
  const sortTool = columns.some((column) => column.sortable !== false) ? makeSortTool() : null;
  const element = h('section', { class: 'panel table-panel', 'aria-labelledby': `${id}-title` },
    h('div', { class: 'table-head' }, h('div', {}, h(options.level || 'h2', { id: `${id}-title` }, options.caption),
      options.note ? h('p', { class: 'soft' }, options.note) : null), rows.length && options.key ? takeTools() : null),
    rows.length ? tools() : null,
    rows.length ? h('div', { class: 'table-wrap', role: 'region', tabindex: '0', 'aria-label': `${title}, table`, onkeydown: onKey }, table) : null,
    rows.length ? pager.element : h('p', { class: 'empty' }, options.empty || 'None.'));

  // From the address, as far as it still fits this table.
  function readState() {
    const sort = chosen('sort');
    const column = sort ? columns.find((each) => each.key === sort.replace(/^-/, '') && each.sortable !== false) : null;
    const hidden = chosen('hide') === null ? columns.filter((each) => each.hidden).map((each) => each.key) : chosen('hide').split(',');
    return {
      search: (chosen('search') || '').toLowerCase(), sort: column || null, descending: Boolean(column) && sort.startsWith('-'),
      chosen: filters.map((filter) => { const value = chosen(filterName(filter)); return value === null ? filter.first || '' : value; }),
      hidden: new Set(hidden.filter((key) => columns.slice(1).some((each) => each.key === key))),
    };
  }

  function filterName(filter) {
    return filter.label.toLowerCase().replace(/[^a-z]+/g, '_');
  }

  function header(column) {
    const label = column.sortable === false ? column.label : h('button', { type: 'button', onclick: () => sortBy(column) }, headerWords(column.label));
    const classes = [NUMBERS.has(column.type) ? 'number' : '', column.wide ? 'wide' : ''].join(' ').trim();
    return h('th', { role: 'columnheader', scope: 'col', class: classes || null, hidden: state.hidden.has(column.key),
      'aria-sort': column.sortable === false ? null : state.sort !== column ? 'none' : state.descending ? 'descending' : 'ascending' }, label);
  }

  function tools() {
    const parts = [];
    if (options.search !== false && rows.length > 5) {
      const box = h('input', { type: 'search', autocomplete: 'off', spellcheck: 'false', 'aria-controls': id, value: state.search || null,
        oninput: (event) => {
          const search = event.target.value.trim().toLowerCase();
          const go = () => { state.search = search; keep('search', search || null); restart(); };
          clearTimeout(waitingSearch);
          if (rows.length > 2000) waitingSearch = setTimeout(go, PATIENCE);
          else go();
        } });
      parts.push(h('label', {}, 'Search', box));
    }
    filters.forEach((filter, place) => parts.push(makeFilter(filter, place)));
    if (sortTool && rows.length > 1) parts.push(sortTool.element);
    return parts.length ? h('div', { class: 'table-tools' }, parts) : null;
  }

  function takeTools() {
    const button = (label, action, words) => h('button', { type: 'button', class: 'tool', 'aria-label': words, title: words, onclick: action }, label);
    return h('div', { class: 'take', role: 'group', 'aria-label': `${title}: take along` }, columns.length > 2 ? columnTool() : null,
      copyButton('Copy', () => toClipboardText(shownColumns(), matching())), button('CSV', save, 'CSV file of the rows that match'), button('Print', print, 'Print this table'));
  }

  // Which columns to show. The first always stays: it says what a row is.
  function columnTool() {
    const boxes = columns.slice(1).map((column) => h('label', { class: 'check' }, h('input', { type: 'checkbox', checked: !state.hidden.has(column.key),
      onchange: (event) => {
        if (event.target.checked) state.hidden.delete(column.key);
        else state.hidden.add(column.key);
        const first = columns.filter((each) => each.hidden).map((each) => each.key).join(',');
        const now = [...state.hidden].join(',');
        keep('hide', now === first ? null : now);
        columns.forEach((each, place) => { headers[place].hidden = state.hidden.has(each.key); });
        draw();
      } }), column.label));
    return h('details', { class: 'columns', onkeydown: (event) => { if (event.key === 'Escape') { event.currentTarget.open = false; event.currentTarget.firstChild.focus(); } } },
      h('summary', { class: 'tool' }, 'Columns'), h('div', { class: 'choices', role: 'group', 'aria-label': 'Columns to show' }, boxes));
  }

  function shownColumns() {
    return columns.filter((column) => !state.hidden.has(column.key));
  }

  function save() {
    const words = title.toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^_|_$/g, '').slice(0, 50);
    saveFile(`fivetran_${words || options.key}_${AS_OF.slice(0, 10)}.csv`, toCsv(shownColumns(), matching()));
  }

  // Only this table, with all rows that match.
  function print() {
    const found = matching();
    body.replaceChildren(...found.slice(0, MOST_PRINTED).flatMap(makeRow));
    document.body.classList.add('print-one');
    element.classList.add('printed');
    window.addEventListener('afterprint', () => {
      document.body.classList.remove('print-one');
      element.classList.remove('printed');
      draw();
    }, { once: true });
    window.print();
  }

  // Arrows turn the pages while the table itself has the focus and need not scroll.
  function onKey(event) {
    const wrap = event.currentTarget;
    if (event.target !== wrap || event.altKey || event.ctrlKey || event.metaKey || wrap.scrollWidth > wrap.clientWidth + 1) return;
    const target = { ArrowRight: 'next', ArrowLeft: 'previous' }[event.key];
    if (target) { event.preventDefault(); pager.turn(target); }
  }

  function makeFilter(filter, place) {
    const counts = new Map();
    for (const row of rows) {
      const text = filter.value(row);
      if (text !== null && text !== undefined) counts.set(text, (counts.get(text) || 0) + 1);
    }
    if (counts.size < 2) return null;
    const choices = [...counts.keys()];
    if (!filter.ordered) choices.sort((a, b) => String(a).localeCompare(String(b), 'en'));
    const option = (text) => h('option', { value: text, selected: state.chosen[place] === text },
      `${shorten(filter.show ? filter.show(text) : String(text))} (${format.integer(counts.get(text))})`);
    return h('label', {}, filter.label, h('select', { 'aria-controls': id,
      onchange: (event) => {
        state.chosen[place] = event.target.value;
        keep(filterName(filter), event.target.value === (filter.first || '') ? null : event.target.value);
        restart();
      } },
    h('option', { value: '' }, filter.all || 'All'), choices.map(option)));
  }

  function makeSortTool() {
    const select = h('select', { 'aria-controls': id, onchange: () => {
      const [place, direction] = select.value.split(' ');
      state.sort = columns[Number(place)] || null;
      state.descending = direction === 'down';
      sorted();
    } }, h('option', { value: '' }, 'As given'));
    columns.forEach((column, place) => {
      if (column.sortable === false) return;
      const number = NUMBERS.has(column.type) || column.type === 'timestamp';
      select.append(h('option', { value: `${place} up` }, `${column.label}, ${number ? 'lowest' : 'A to Z'}`));
      select.append(h('option', { value: `${place} down` }, `${column.label}, ${number ? 'highest' : 'Z to A'}`));
    });
    if (state.sort) select.value = `${columns.indexOf(state.sort)} ${state.descending ? 'down' : 'up'}`;
    return { element: h('label', { class: 'sort-tool' }, 'Sort by', select), select };
  }

  // Numbers and times start with the highest, texts with A; the second press reverses the order, the third restores it.
  function sortBy(column) {
    const highFirst = NUMBERS.has(column.type) || column.type === 'timestamp';
    if (state.sort !== column) Object.assign(state, { sort: column, descending: highFirst });
    else if (state.descending === highFirst) state.descending = !highFirst;
    else Object.assign(state, { sort: null, descending: false });
    sorted();
  }

  function sorted() {
    keep('sort', state.sort ? `${state.descending ? '-' : ''}${state.sort.key}` : null);
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
      texts.set(row, columns.flatMap((column) => [valueOf(column, row), row[column.key]]).filter((value) => typeof value === 'string').join('\n').toLowerCase());
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
    if (!found.length) body.append(h('tr', { role: 'row' }, h('td', { role: 'cell', colspan: shownColumns().length + (options.open ? 1 : 0) }, 'Nothing matches.')));
  }

  function makeRow(row) {
    const cells = shownColumns().map((column) => {
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
      if (!detail.childNodes.length) detail.append(h('td', { role: 'cell', colspan: shownColumns().length + 1 }, options.open(row)));
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
  if (typeof a === 'string') return sign * collator.compare(a, String(b));
  return sign * (a - b);
}

function shorten(text) {
  return text.length > LONGEST_CHOICE ? `${text.slice(0, LONGEST_CHOICE - 1)}…` : text;
}
