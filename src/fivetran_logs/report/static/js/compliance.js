// What holds, what does not, what cannot be judged, and since when. A pass supports a control; it is no statement of compliance.

const RESULT_STYLES = { fail: 'bad', pass: 'good', not_assessable: '' };
const ORDER_OF_RESULT = ['fail', 'not_assessable', 'pass'];

function compliancePage() {
  const all = rowOf('compliance');
  if (!all.checks) return [pageHead('Compliance', 'No check was judged on this day', asOfSentence()), note('There are no results.', 'Every check is off in the seed fivetran_compliance_checks, or the last build left them out.')];
  return [
    pageHead('Compliance', complianceFinding(all), `${plural(all.checks, 'check')} ${asOfText()}; ${historyOf(all)}. A pass supports the controls named beside it; it does not mean that they are met. What cannot be judged passes nothing.`),
    complianceCards(all), all.judged_days > 1 ? complianceChart() : null, checkTable(), findingTable(all),
  ];
}

function complianceFinding(all) {
  if (all.checks_failed) return `${all.checks_failed === 1 ? 'One check fails' : `${format.integer(all.checks_failed)} checks fail`}, ${format.integer(all.checks_passed)} pass and ${format.integer(all.checks_not_assessable)} cannot be judged`;
  return all.checks_not_assessable ? `Nothing that can be judged fails: ${plural(all.checks_passed, 'check')} of ${format.integer(all.checks)} ${all.checks_passed === 1 ? 'passes' : 'pass'}` : `All ${format.integer(all.checks)} checks pass`;
}

function historyOf(all) {
  return all.judged_days === 1 ? `history begins on ${format.date(all.first_judged_on)}: build every day to show since when` : `history of ${plural(all.judged_days, 'day')} since ${format.date(all.first_judged_on)}`;
}

function complianceCards(all) {
  return h('div', { class: 'cards' }, [
    card('Failed', format.integer(all.checks_failed), null, [`of ${plural(all.checks, 'check')}`, all.first_failed_on ? `the longest since ${format.date(all.first_failed_on)}` : null]),
    card('Passed', format.integer(all.checks_passed), null, ['every object judged passes, or is excepted']),
    card('Not assessable', format.integer(all.checks_not_assessable), null, ['a table or a list is missing, or nothing happened']),
    card('Findings', format.integer(all.objects_failed), null, [all.objects_excepted ? `${format.integer(all.objects_excepted)} more have an exception` : 'no exception is in force']),
  ]);
}

function complianceChart() {
  const days = rowsOf('compliance_days');
  const kinds = { checks_failed: 'Failed', checks_not_assessable: 'Not assessable', checks_passed: 'Passed' };
  return makeChart({
    spec: 'day_bars', title: `${plural(days.length, 'day')} of ${latestDays().replace('the last ', '')} were judged`, note: `Checks by result, ${latestDays()}. A day without a build has no bar.`, kinds: Object.values(kinds), colours: ['var(--c5)', 'var(--c7)', 'var(--c1)'], y: 'Checks',
    rows: dayRows(days, kinds, (value, kind) => `${plural(value, 'check')}, ${kind.toLowerCase()}`),
    tableRows: days, table: [DAY_COLUMN, ...Object.entries(kinds).map(([key, label]) => ({ key, label, type: 'integer' }))],
  });
}

function checkTable() {
  return makeTable({
    key: 'checks',
    caption: 'Every check', note: 'Failures first, the longest failing first. More shows the controls it supports and what to do; the name of a check leads to its page.', rows: rowsOf('compliance_checks'), size: 50,
    columns: [{ key: 'check_name', label: 'Check', type: 'text', wide: true, value: (row) => `${row.check_name} ${row.check_code} ${row.evidence}`, cell: (row) => [h('b', {}, checkLink(row)), h('span', { class: 'sub' }, row.evidence)] },
      chipColumn('result', 'Result', RESULT_STYLES, ORDER_OF_RESULT), { key: 'area', label: 'Area', type: 'category' },
      { key: 'objects_failed', label: 'Fail', type: 'integer' }, { key: 'objects_looked_at', label: 'Looked at', type: 'integer' },
      { key: 'first_failed_on', label: 'Fails since', type: 'text', cell: (row) => (row.first_failed_on ? h('span', { class: 'whole' }, format.date(row.first_failed_on)) : NOTHING) }],
    filters: [{ label: 'Result', value: (row) => row.result, ordered: true, show: format.category }, { label: 'Area', value: (row) => row.area }],
    open: openCheck,
  });
}

function openCheck(row) {
  return pairs([['Supports', row.supports], ['What to do', row.recommendation], ['Threshold', row.threshold ? h('code', {}, row.threshold) : null],
    ['Read', [ruleLink('check', row.check_code, 'What it means, why it matters, how to fix and how to silence it'), documentation(row)].filter(Boolean).map((link, place) => [place ? ' · ' : null, link])]]);
}

function findingTable(all) {
  const rows = rowsOf('compliance_findings');
  const total = totalOf('compliance_findings');
  return makeTable({
    key: 'findings',
    caption: all.objects_failed ? `${plural(all.objects_failed, 'finding')} without an exception` : 'No finding is without an exception', note: `Each object once for every check that it fails on this day; those with an exception last${total > rows.length ? `. ${format.integer(rows.length)} of ${format.integer(total)}, up to 50 of each check` : ''}.`, rows, empty: 'Nothing fails a check.',
    columns: findingColumns(true),
    filters: [{ label: 'Check', value: (row) => row.check_code, show: format.category }, { label: 'Area', value: (row) => row.area }],
  });
}

// The columns of findings, those of several checks with the check.
function findingColumns(ofSeveral) {
  return [{ key: 'object_name', label: 'What', type: 'text', cell: (row) => [row.object_name ? h('span', { class: 'clip', title: row.object_name }, name(row.object_name)) : 'without a name', h('span', { class: 'sub' }, row.object_kind)] },
    { key: 'problem', label: 'Problem', type: 'text', wide: true, value: (row) => (ofSeveral ? `${row.problem} ${row.check_name}` : row.problem), cell: (row) => [h('span', {}, row.problem), ofSeveral ? h('span', { class: 'sub' }, checkLink(row)) : null] },
    { key: 'excepted_until', label: 'Excepted until', type: 'text', cell: (row) => (row.is_excepted ? [format.date(row.excepted_until), h('span', { class: 'sub' }, row.exception_reason)] : NOTHING) }];
}

function checkLink(row) {
  return ruleLink('check', row.check_code, row.check_name) || row.check_name;
}
