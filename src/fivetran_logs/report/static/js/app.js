// Shows one page and sets its colours. A page is made when first opened and then kept, so that a table stays as the reader left it.

const PAGES = { overview: overviewPage, incidents: incidentsPage, connections: connectionsPage, usage: usagePage, finance: financePage, performance: performancePage, errors: errorsPage,
  schema: schemaPage, governance: governancePage, access: accessPage, compliance: compliancePage, recommendations: recommendationsPage };
const main = document.getElementById('main');
const made = new Map();
let current = null;

function showPage(moveFocus) {
  const [key, ...rest] = location.hash.slice(1).split('/');
  const page = key === 'connection' ? 'connection' : PAGES[key] ? key : 'overview';
  const address = page === 'connection' ? location.hash : page;
  if (address === current) {
    if (moveFocus) main.focus({ preventScroll: true });
    return;
  }
  current = address;
  if (page === 'connection' && made.has('connection')) made.get('connection').remove(); // one is enough to keep
  if (page === 'connection' || !made.has(page)) {
    const content = page === 'connection' ? connectionPage(idIn(rest.join('/'))) : PAGES[page]();
    made.set(page, h('div', { class: 'page', id: `page-${page}` }, content));
    main.append(made.get(page));
  }
  for (const [each, element] of made) element.hidden = each !== page;
  for (const link of document.querySelectorAll('[data-page]')) {
    const here = link.dataset.page === (page === 'connection' ? 'connections' : page);
    if (here) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = `${made.get(page).querySelector('h1').textContent} – Fivetran report`;
  tip.hidden = true;
  window.scrollTo(0, 0);
  if (moveFocus) main.focus({ preventScroll: true });
  drawCharts();
}

// An address may be cut off in the middle of a character.
function idIn(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}

function setTheme(theme) {
  document.documentElement.setAttribute('data-theme', theme);
  for (const button of document.querySelectorAll('[data-choose-theme]')) button.setAttribute('aria-pressed', String(button.dataset.chooseTheme === theme));
}

for (const button of document.querySelectorAll('[data-choose-theme]')) {
  button.addEventListener('click', () => {
    setTheme(button.dataset.chooseTheme);
    try { localStorage.setItem('fivetran-report-theme', button.dataset.chooseTheme); } catch { /* a file opened from a mail may not store */ }
  });
}
try { setTheme(localStorage.getItem('fivetran-report-theme') || 'auto'); } catch { setTheme('auto'); }

document.querySelector('.skip').addEventListener('click', (event) => { event.preventDefault(); main.focus(); main.scrollIntoView(); });
document.getElementById('as-of').textContent = format.timestamp(AS_OF);
if (rowOf('settings').known_until_at) {
  const shown = document.getElementById('known-until');
  shown.textContent = format.timestamp(rowOf('settings').known_until_at);
  if (rowOf('settings').is_log_late) shown.after(' (the log is late)');
}
document.getElementById('foot').textContent = `Figures as of ${format.timestamp(AS_OF)}. Written ${format.timestamp(report.generated_at)} by ${report.generator}; data format version ${report.version}.`
  + `${report.redacted ? ' Names, addresses and messages are replaced by aliases.' : ''} This page makes no network requests.`;
window.addEventListener('hashchange', () => showPage(true));
window.fivetranReport = { data: report, format, rowsOf };
showPage(false);
document.documentElement.setAttribute('data-ready', 'true');
