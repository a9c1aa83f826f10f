// Pages of a long list: "1–25 of 1,000", first, previous, next, last.

function makePager(what, size, onChange) {
  let page = 0;
  let total = 0;
  const count = h('p', { class: 'count', role: 'status', 'aria-live': 'polite' });
  const button = (label, sign, target) => h('button', { type: 'button', 'aria-label': label, title: label,
    onclick: () => { page = Math.min(Math.max(target(), 0), pages() - 1); onChange(); } }, sign);
  const pages = () => Math.max(1, Math.ceil(total / size));
  const first = button('First page', '«', () => 0);
  const previous = button('Previous page', '‹', () => page - 1);
  const next = button('Next page', '›', () => page + 1);
  const last = button('Last page', '»', () => pages() - 1);
  const place = h('span', { class: 'place' });
  const controls = h('nav', { class: 'pager', 'aria-label': `Pages of ${what}` }, first, previous, place, next, last);
  return {
    element: h('div', { class: 'table-foot' }, count, controls),
    reset() { page = 0; },
    turn(way) { (way === 'next' ? next : previous).click(); },
    // The slice to show of so many rows; `all` is how many there are without the filters.
    slice(rows, all) {
      total = rows;
      page = Math.min(page, pages() - 1);
      const from = page * size;
      const to = Math.min(from + size, rows);
      const range = rows === 0 ? 'None' : rows <= size ? format.integer(rows) : `${format.integer(from + 1)}–${format.integer(to)}`;
      const of = rows > size ? ` of ${format.integer(rows)}` : '';
      count.textContent = rows === all && rows <= size ? `${format.integer(rows)} in all`
        : `${range}${of}${rows === all ? '' : ` that match, of ${format.integer(all)} in all`}`;
      controls.hidden = rows <= size;
      place.textContent = `${page + 1} / ${pages()}`;
      first.disabled = previous.disabled = page === 0;
      next.disabled = last.disabled = page >= pages() - 1;
      return [from, to];
    },
  };
}
