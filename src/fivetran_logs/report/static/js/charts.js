// Charts: the specifications come with the page; the library starts when the first chart is drawn.

const specs = JSON.parse(document.getElementById('chart-specs').textContent);
const COLOURS = ['var(--c1)', 'var(--c2)', 'var(--c3)', 'var(--c4)', 'var(--c5)', 'var(--c6)', 'var(--c7)'];
const CHART_STYLE = {
  background: null,
  aria: false, // the figure has a text and a table; reading out each mark would only be noise
  font: getComputedStyle(document.body).fontFamily,
  view: { stroke: null },
  axis: { labelColor: 'var(--soft)', titleColor: 'var(--soft)', gridColor: 'var(--line)', domainColor: 'var(--line)',
    tickColor: 'var(--line)', labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal', titlePadding: 8 },
  axisX: { grid: false },
  legend: { labelColor: 'var(--ink)', titleColor: 'var(--soft)', labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal' },
};
const CHART_OPTIONS = { actions: false, renderer: 'svg', ast: true, defaultStyle: false, tooltip: showTip, config: CHART_STYLE };
const FEW = 6; // up to this many whole numbers, each gets a tick
const BAR_HEIGHT = 22; // pixels of a horizontal bar and its gap
const NEAR = 400; // pixels below the window at which a chart is drawn, so that who scrolls sees it there
const waiting = new WeakMap(); // figures by the element to draw them in; what leaves the page takes its figure along
let drawing = 0;

function startLibrary() {
  if (window.vegaEmbed) return;
  const script = document.createElement('script');
  script.textContent = chartLibrary;
  document.head.append(script);
}

// Half of what the first chart takes is the browser reading the library: done with a chart nobody sees, while the first page is read.
function warmUp() {
  if (window.vegaEmbed) return; // a chart was drawn meanwhile
  startLibrary();
  const figure = { rows: [{ month: '', kind: '', value: 1 }], kinds: [''], y: '' };
  window.vegaEmbed(h('div'), prepare(structuredClone(specs.month_bars), figure, 0), CHART_OPTIONS);
}

// figure: {spec, title, note, rows, kinds: [names in order of stacking], colours?, y, table: columns of the alternative, tableRows?}
function makeChart(figure) {
  const id = newId('chart');
  // A kind without a figure needs no entry in the legend.
  const shown = (figure.kinds || []).map((kind, place) => [kind, (figure.colours || COLOURS)[place]]).filter(([kind]) => figure.rows.some((row) => row.kind === kind && row.value));
  if (shown.length) Object.assign(figure, { kinds: shown.map(([kind]) => kind), colours: shown.map(([, colour]) => colour) });
  const draw = h('div', { class: 'draw', 'aria-hidden': 'true' });
  const details = h('details', {}, h('summary', {}, 'Show these figures as a table'));
  details.addEventListener('toggle', () => {
    if (details.open && details.childNodes.length === 1) {
      details.append(makeTable({ caption: figure.title, columns: figure.table, rows: figure.tableRows || figure.rows, search: false, size: 31, level: 'h4' }));
    }
  });
  waiting.set(draw, figure);
  return h('figure', { class: 'panel chart', 'aria-labelledby': id }, h('figcaption', {}, h('h2', { id }, figure.title), h('p', { class: 'soft' }, figure.note)), draw, details);
}

// Draws the charts of the page that are in sight or nearly so, and the others when a reader comes near them. Their elements must
// be in the page, because the width of a chart depends on it.
function drawCharts() {
  const places = undrawn().map((element) => [element, element.getBoundingClientRect().top]);
  for (const [element] of places) nearing.observe(element);
  draw(places.filter(([, top]) => top < window.innerHeight + NEAR).map(([element]) => element));
}

const nearing = new IntersectionObserver((entries) => draw(entries.filter((entry) => entry.isIntersecting).map((entry) => entry.target)), { rootMargin: `${NEAR}px` });
// The library waits for nothing outside: a chart asked for before a print is in it.
window.addEventListener('beforeprint', () => draw(undrawn()));

// Places of charts on the page that is shown.
function undrawn() {
  return [...document.querySelectorAll('.chart .draw')].filter((element) => waiting.has(element) && element.clientWidth);
}

async function draw(elements) {
  const figures = elements.filter((element) => waiting.has(element)).map((element) => [element, waiting.get(element), element.clientWidth]);
  if (!figures.length) return;
  for (const element of elements) {
    waiting.delete(element);
    nearing.unobserve(element);
  }
  drawing += 1;
  document.body.setAttribute('data-drawing', 'true');
  startLibrary();
  for (const [element, figure, width] of figures) {
    const spec = prepare(structuredClone(specs[figure.spec]), figure, width);
    // eslint-disable-next-line no-await-in-loop -- one after the other, as they stand on the page
    await window.vegaEmbed(element, spec, CHART_OPTIONS);
  }
  drawing -= 1;
  if (!drawing) document.body.removeAttribute('data-drawing');
}

function prepare(spec, figure, width) {
  const order = new Map((figure.kinds || []).map((kind, place) => [kind, place]));
  spec.datasets = { rows: figure.rows.map((row) => ({ ...row, kind: safeKey(row.kind), name: safeKey(row.name), order: order.get(row.kind) })) };
  if (!spec.height) spec.height = BAR_HEIGHT * new Set(figure.rows.map((row) => row.name)).size;
  for (const encoding of encodingsOf(spec)) {
    if (encoding.x && encoding.x.type === 'temporal') {
      const last = AS_OF_DAY + (encoding.x.timeUnit ? DAY * 1000 : 0);
      const first = AS_OF_DAY - (rowOf('settings').report_days - 1) * DAY * 1000;
      // As expressions: Vega-Lite turns plain numbers into datetime(...) calls, which its interpreter drops.
      encoding.x.scale.domain = [{ expr: String(first) }, { expr: String(last) }];
    }
    if (encoding.color) {
      encoding.color.scale = { domain: figure.kinds.map(safeKey), range: figure.colours || COLOURS.slice(0, figure.kinds.length) };
    }
    if (encoding.strokeDash) encoding.strokeDash.scale.domain = figure.kinds.map(safeKey);
    for (const channel of [encoding.color, encoding.strokeDash].filter(Boolean)) {
      if (figure.kinds.length < 2) channel.legend = null;
      else channel.legend.columns = legendColumns(figure.kinds, width);
    }
    const measure = encoding.y && encoding.y.type === 'quantitative' ? encoding.y : encoding.x && encoding.x.type === 'quantitative' ? encoding.x : null;
    if (measure) measure.title = figure.y;
    // None but zeros have no span of their own: all ticks would lie on one line.
    const values = figure.rows.map((row) => row.value);
    if (measure && !values.some(Boolean)) measure.scale = { ...measure.scale, domain: [0, 1] };
    else if (measure && measure.scale && measure.scale.type === 'log') measure.scale.domain = around(measure.axis.values, values);
    if (encoding.x && encoding.x.field === 'month') {
      const months = new Set(figure.rows.map((row) => row.month)).size;
      if (months < FEW) encoding.x.scale.paddingOuter += (FEW - months) / 2; // bars no wider than those of half a year
    }
    const most = Math.max(...stacks(figure.rows));
    if (encoding.opacity) encoding.opacity.legend.values = whole(most, 4);
    else if (spec.encoding && measure && measure.axis.tickMinStep && most <= FEW) measure.axis.values = [0, ...whole(most, FEW)];
  }
  return spec;
}

// From the last mark of an axis below all values to the first above them, so that the axis has two at least.
function around(marks, values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return [Math.max(low / 3, ...marks.filter((mark) => mark < low)), Math.min(high * 3, ...marks.filter((mark) => mark > high))];
}

// The library uses names as keys of plain objects. A key that every object already has, such as constructor, breaks it.
function safeKey(text) {
  return typeof text === 'string' && text in {} ? `\u200b${text}` : text;
}

// Heights of the bars, or the values themselves if nothing is stacked.
function stacks(rows) {
  const heights = new Map();
  rows.forEach((row, place) => {
    const key = row.day === undefined ? place : row.day;
    heights.set(key, (heights.get(key) || 0) + row.value);
  });
  return heights.values();
}

// At most this many whole numbers, from 1 up to the highest.
function whole(most, count) {
  const step = Math.max(1, Math.ceil(most / count));
  return Array.from({ length: Math.floor(most / step) }, (_, place) => (place + 1) * step);
}

// As many entries side by side as fit: the legend starts right of the axis, and an entry is a square and its text.
function legendColumns(kinds, width) {
  const longest = Math.max(...kinds.map((kind) => Math.min(kind.length, 24)));
  return Math.max(1, Math.min(kinds.length, Math.floor((width - 60) / (longest * 6.3 + 26))));
}

function encodingsOf(spec) {
  return [...(spec.encoding ? [spec.encoding] : []), ...(spec.layer || []).flatMap(encodingsOf)];
}

// The library's own tooltip writes HTML; this one writes text.
const tip = h('div', { class: 'tip', hidden: true, role: 'presentation' });
document.body.append(tip);

function showTip(_handler, event, _item, value) {
  if (!value) { tip.hidden = true; return; }
  const lines = [value.name, value.label, value.kind, value.value_label].filter((text) => text && text !== 'undefined');
  tip.replaceChildren(h('b', {}, lines[lines.length - 1]), ...lines.slice(0, -1).map((text) => h('div', {}, text)));
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  tip.style.left = `${Math.min(event.clientX + 12, window.innerWidth - box.width - 8)}px`;
  tip.style.top = `${Math.max(8, event.clientY - box.height - 12)}px`;
}
