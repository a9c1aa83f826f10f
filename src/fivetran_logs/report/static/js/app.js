// Shows one page. A page is made when first opened and then kept, so that a table stays as the reader left it.

const PAGES = { overview: overviewPage, incidents: incidentsPage, connections: connectionsPage, owners: ownersPage, levels: levelsPage, volumes: volumesPage, usage: usagePage,
  finance: financePage, performance: performancePage, errors: errorsPage, schema: schemaPage, lineage: lineagePage, governance: governancePage, access: accessPage, compliance: compliancePage, recommendations: recommendationsPage };
// Pages of one thing: what makes them, and the page of the list they belong to.
const DETAILS = { connection: [connectionPage, 'connections'], incident: [incidentPage, 'incidents'], team: [teamPage, 'owners'], owner: [ownerPage, 'owners'], rule: [rulePage, 'recommendations'], check: [checkPage, 'compliance'] };
const main = document.getElementById('main');
const made = new Map(); // by page: {path, choices, element}
let current = null;

function showPage(moveFocus) {
  const address = addressOf(location.hash);
  const detail = DETAILS[address.key];
  const page = detail ? address.key : PAGES[address.key] ? address.key : 'overview';
  const asked = address.choices.toString();
  let kept = made.get(page);
  if (kept && ((detail && kept.path !== address.path) || (asked && asked !== kept.choices.toString()))) { // one of each kind is enough to keep
    kept.element.remove();
    made.delete(page);
    kept = null;
  } else if (page === current) {
    showChoices();
    if (moveFocus) main.focus({ preventScroll: true });
    return;
  }
  current = page;
  choices = kept ? kept.choices : address.choices;
  if (!kept) {
    const content = detail ? detail[0](address.id) : PAGES[page]();
    kept = { path: address.path, choices, element: h('div', { class: 'page', id: `page-${page}` }, content) };
    made.set(page, kept);
    main.append(kept.element);
  }
  showChoices();
  for (const [each, { element }] of made) element.hidden = each !== page;
  for (const link of document.querySelectorAll('[data-page]')) {
    if (link.dataset.page === (detail ? detail[1] : page)) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = `${kept.element.querySelector('h1').textContent} – Fivetran report`;
  tip.hidden = true;
  window.scrollTo(0, 0);
  if (moveFocus) main.focus({ preventScroll: true });
  drawCharts();
}

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
(window.requestIdleCallback || setTimeout)(warmUp);
