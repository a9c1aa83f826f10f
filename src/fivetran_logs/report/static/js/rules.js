// The page of one recommendation rule or compliance check: what it means, why it matters, how to fix it and how to silence it, in the words
// of docs/rules and docs/checks, which this file cannot lead to; then what it finds.

function ruleOf(kind, code) {
  return rowsOf('rules').find((each) => each.kind === kind && each.code === code) || null;
}

// A link to the page of a rule or check; without one for a rule that somebody added and this version does not know.
function ruleLink(kind, code, label) {
  return ruleOf(kind, code) ? h('a', { href: `#${kind}/${encodeURIComponent(code)}` }, label) : null;
}

function documentation(row) {
  return /^https?:/i.test(row.documentation_url || '') ? h('a', { href: row.documentation_url }, 'Fivetran’s documentation') : null;
}

// What a recommendation offers to read, in one line.
function readMore(row) {
  return [ruleLink('rule', row.rule_code, 'About this rule'), documentation(row)].filter(Boolean).map((link, place) => [place ? ' · ' : null, link]);
}

// Names of files and variables stand in backticks there.
function withCode(text) {
  return text.split('`').map((part, place) => (place % 2 ? h('code', {}, part) : part));
}

function ruleExplained(rule) {
  return h('section', { class: 'panel', 'aria-label': 'What it is' }, answers([
    ['What it means', withCode(rule.means)], ['Why it matters', withCode(rule.why_it_matters)], ['How to fix', [withCode(rule.how_to_fix), documentation(rule) ? [' See also ', documentation(rule), '.'] : null]],
    ['How to silence', [h('p', {}, withCode(rule.how_to_silence)), h('p', {}, 'Such a row reads: ', h('code', {}, rule.exception_line))]],
    ['Thresholds', rule.thresholds ? rule.thresholds.split('\n').map((line) => line.split(/: (.*)/s)).map(([variable, meaning]) => h('p', {}, h('code', {}, variable), meaning ? `: ${meaning}` : null)) : null],
  ]));
}

function ruleHead(list, title, rule, state) {
  return h('header', {}, h('p', { class: 'eyebrow' }, h('a', { href: `#${list}` }, title)), h('h1', {}, rule.title),
    h('p', { class: 'lead' }, state, ' The code is ', h('code', {}, rule.code), '. ', copyButton('Copy the link to this page', () => location.href)));
}

function rulePage(code) {
  const rule = ruleOf('rule', code);
  if (!rule) return [pageHead('Recommendation', 'This rule is not in the report', h('a', { href: '#recommendations' }, 'All recommendations'))];
  const rows = rowsOf('recommendations').filter((row) => row.rule_code === code);
  return [
    ruleHead('recommendations', 'Recommendations', rule, rows.length ? `It applies to ${plural(rows.length, 'connection')}, ${asOfText()}.` : `It applies to no connection, ${asOfText()}.`),
    ruleExplained(rule),
    rows.length ? makeTable({
      key: 'applies', caption: `${plural(rows.length, 'connection')} it applies to`, note: `The most urgent first.${rows.some((row) => row.estimated_monthly_savings_usd) ? ' What it saves is of a whole month, projected from this one.' : ''}`, rows,
      columns: [connectionColumn(), { key: 'evidence', label: 'Why', type: 'text', wide: true, cell: (row) => [row.evidence, relatedTo(row), row.is_leading ? null : h('span', { class: 'sub' }, `Has the same cause as: ${ruleTitle(row.leading_rule_code)}.`)] },
        chipColumn('priority', 'Priority', PRIORITY_STYLES, ORDER_OF_PRIORITY), ...(rows.some((row) => row.estimated_monthly_savings_usd) ? [{ key: 'estimated_monthly_savings_usd', label: 'Saves a month', type: 'usd' }] : [])],
    }) : null,
  ];
}

function ruleTitle(code) {
  return (ruleOf('rule', code) || { title: format.category(code) }).title;
}

function checkPage(code) {
  const rule = ruleOf('check', code);
  if (!rule) return [pageHead('Check', 'This check is not in the report', h('a', { href: '#compliance' }, 'All checks'))];
  const row = rowsOf('compliance_checks').find((each) => each.check_code === code);
  const findings = rowsOf('compliance_findings').filter((each) => each.check_code === code);
  return [
    ruleHead('compliance', 'Compliance', rule, row ? `${checkState(row)}, ${asOfText()}.` : `It was not judged ${asOfText()}: it is switched off.`),
    row ? h('section', { class: 'panel', 'aria-label': 'Result' }, answers([
      ['Result', [chip(RESULT_STYLES, row.result), row.evidence ? ` ${row.evidence}` : null]], ['Since', row.first_failed_on ? format.date(row.first_failed_on) : null], ['What to do', row.result === 'pass' ? null : row.recommendation],
      ['Supports', row.supports], ['Judged by', row.threshold ? h('code', {}, row.threshold) : null]])) : null,
    ruleExplained(rule), findings.length ? checkFindings(findings, row) : null,
  ];
}

function checkState(row) {
  if (row.result === 'fail') return `It fails for ${format.integer(row.objects_failed)} of ${plural(row.objects_looked_at, 'object')}`;
  return row.result === 'pass' ? `It passes: ${plural(row.objects_looked_at, 'object')} judged` : 'It cannot be judged';
}

function checkFindings(rows, check) {
  const more = check ? check.objects_failed + check.objects_excepted - rows.length : 0;
  return makeTable({ key: 'findings', caption: plural(rows.length, 'finding'), note: `Those with an exception last.${more > 0 ? ` ${plural(more, 'more finding')}: the mart fct_fivetran_compliance_findings has them.` : ''}`, rows, columns: findingColumns() });
}
