const MOST_CATEGORIES = 5; // that have their own colour
const SEVERITY_STYLES = { SEVERE: 'bad', WARNING: 'warn' };

function errorsPage() {
  const all = rowOf('summary');
  const missing = noLog('Errors');
  const categories = rowsOf('issue_categories');
  if (missing) return [pageHead('Errors', 'Errors are not known'), missing];
  if (!categories.length && !rowsOf('issue_days').length) return [pageHead('Errors', `No error and no warning in ${latestDays()}`, asOfSentence())];
  const kinds = rowsOf('fingerprints');
  return [
    pageHead('Errors', errorFinding(all, categories), `Errors are issues of severity SEVERE, ${asOfText()}; warnings are counted separately. A failed sync whose errors are known counts by those, not once more by its end.`), unlikeParts('week', 'Not in both weeks'),
    h('div', { class: 'pair' }, issueChart(categories), categoryTable(categories)),
    makeTable({
      key: 'categories',
      caption: kinds.some((row) => row.is_recurring) ? `${plural(kinds.filter((row) => row.is_recurring).length, 'error or warning', 'errors and warnings')} keep coming back` : 'Errors and warnings',
      note: `Distinct errors and warnings of the last 30 days, ${totalOf('fingerprints') > kinds.length ? `${format.integer(kinds.length)} of ${format.integer(totalOf('fingerprints'))}, ` : ''}similar ones counted together; More shows cause, remedy and affected connections.`,
      rows: kinds.map((row, number) => ({ ...row, fingerprint: number })), columns: [...issueColumns(), { key: 'connections_last_30d', label: 'Connections', type: 'integer' }],
      filters: [{ label: 'Severity', value: (row) => row.severity, show: (text) => capital(text.toLowerCase()) }, { label: 'Category', value: (row) => row.error_category, show: format.category }, { label: 'Recurring', value: (row) => (row.is_recurring ? 'yes' : 'no') }],
      open: openIssue,
    }),
  ];
}

function errorFinding(all, categories) {
  const trend = all.errors_previous_7d === all.errors_last_7d ? ', as many as in the 7 before' : `, ${all.errors_last_7d > all.errors_previous_7d ? 'up' : 'down'} from ${format.integer(all.errors_previous_7d)} in the 7 before`;
  const top = categories[0];
  const most = top && top.errors_last_7d ? `; ${top.errors_last_7d === all.errors_last_7d ? 'all' : format.integer(top.errors_last_7d)} of them ${format.category(top.error_category)}` : '';
  return `${all.errors_last_7d ? plural(all.errors_last_7d, 'error') : 'No error'} in the last 7 days${trend}${most}`;
}

function issueChart(categories) {
  const days = rowsOf('issue_days').filter((row) => row.severity === 'SEVERE');
  const ranked = [...categories].sort((a, b) => b.errors_last_30d - a.errors_last_30d).filter((row) => row.errors_last_30d).map((row) => row.error_category);
  const named = [...new Set([...ranked, ...days.map((row) => row.error_category)])].slice(0, MOST_CATEGORIES);
  const others = days.some((row) => !named.includes(row.error_category));
  const kindOf = (category) => (named.includes(category) ? capital(format.category(category)) : 'All other');
  const top = categories.find((row) => row.error_category === ranked[0]);
  const severe = days.length ? null : h('p', {}, `No error in ${latestDays()}.`);
  if (severe) return h('section', { class: 'panel' }, h('h2', {}, `No error in ${latestDays()}`));
  return makeChart({
    spec: 'day_bars', title: top ? `${capital(format.category(top.error_category))} errors lead the last 30 days: ${format.integer(top.errors_last_30d)} on ${plural(top.connections_with_errors_last_30d, 'connection')}` : 'No error in the last 30 days',
    note: `Errors a day by category, ${latestDays()}.`, kinds: [...named.map(kindOf), ...(others ? ['All other'] : [])], colours: [...COLOURS.slice(0, named.length), 'var(--c7)'].slice(0, named.length + (others ? 1 : 0)), y: 'Errors a day',
    rows: days.map((row) => ({ day: Date.parse(dayOf(row.days_ago)), label: format.date(dayOf(row.days_ago)), kind: kindOf(row.error_category), value: row.issues, value_label: `${plural(row.issues, 'error')}, ${format.category(row.error_category)}` })),
    tableRows: [...days].reverse(), table: [DAY_COLUMN, { key: 'error_category', label: 'Category', type: 'category' }, { key: 'issues', label: 'Errors', type: 'integer' }],
  });
}

function categoryTable(categories) {
  return makeTable({
    key: 'errors',
    caption: steepest(categories), note: `Errors and warnings by category, ${asOfText()}.`, rows: categories, search: false,
    columns: [{ key: 'error_category', label: 'Category', type: 'text', cell: (row) => capital(format.category(row.error_category)) }, { key: 'errors_last_7d', label: 'Errors, 7 days', type: 'integer' }, { key: 'errors_previous_7d', label: '7 days before', type: 'integer' },
      { key: 'errors_last_30d', label: 'Errors, 30 days', type: 'integer' }, { key: 'warnings_last_30d', label: 'Warnings, 30 days', type: 'integer' }],
    empty: 'No error or warning in the last 30 days.',
  });
}

// The category whose errors grew most from one week to the next.
function steepest(categories) {
  const growth = (row) => row.errors_last_7d - row.errors_previous_7d;
  const top = categories.reduce((best, row) => (!best || growth(row) > growth(best) ? row : best), null);
  if (!top || growth(top) <= 0) return 'No category has more errors than the week before';
  return `${capital(format.category(top.error_category))} errors grew most: ${format.integer(top.errors_last_7d)}, after ${format.integer(top.errors_previous_7d)} the week before`;
}

function issueColumns() {
  return [
    { key: 'error_message', label: 'Message', type: 'text', wide: true, cell: (row) => [h('span', { class: 'clip', title: row.error_message }, name(row.error_message || capital(format.category(row.error_type || 'no message')))), row.error_message && row.error_type ? h('span', { class: 'sub' }, name(row.error_type)) : null],
      value: (row) => [row.error_message, row.error_type].filter(Boolean).join(' ') || null },
    { key: 'severity', label: 'Severity', type: 'text', cell: (row) => h('span', { class: `chip ${SEVERITY_STYLES[row.severity] || ''}` }, row.severity === 'SEVERE' ? 'Error' : 'Warning') },
    { key: 'error_category', label: 'Category', type: 'category' },
    { key: 'is_recurring', label: 'Recurring', type: 'text', value: (row) => (row.is_recurring ? 'yes' : 'no'), cell: (row) => (row.is_recurring ? 'yes' : 'no') },
    { key: 'occurrences_last_7d', label: 'Last 7\u00a0days', type: 'integer' }, { key: 'occurrences_last_30d', label: 'Last 30\u00a0days', type: 'integer' }, timeColumn('last_seen_at', 'Last seen'),
  ];
}

function openIssue(row) {
  const affected = rowsFor('connection_fingerprints', 'fingerprint', row.fingerprint);
  return pairs([
    ['Message', row.error_message ? name(row.error_message) : NOTHING], ['Type', row.error_type || NOTHING], ['Cause', row.root_cause || 'No pattern in the seed fivetran_error_patterns matches.'], ['What to do', row.suggested_action || 'Look at the events just before this one in the log.'],
    ['First seen', row.first_seen_at ? format.timestamp(row.first_seen_at) : NOTHING],
    ['Affected', affected.length ? affected.slice(0, 20).map((each, place) => [place ? ', ' : '', h('a', { href: connectionLink(each.connection) }, name((connectionAt(each.connection) || {}).connection_name)), ` (${format.integer(each.occurrences_last_30d)})`]).concat(affected.length > 20 ? ` and ${affected.length - 20} more` : '') : 'the whole account'],
    ['Tables', row.affected_tables ? `${plural(row.affected_tables, 'table')} named, or not written by a failed sync` : 'none known'],
  ]);
}
