// The page of one connection.

function connectionPage(id) {
  const number = rowsOf('connections').findIndex((row) => row.connection_id === id);
  if (number < 0) return [pageHead('Connection', 'This connection is not in the report', h('a', { href: '#connections' }, 'All connections'))];
  const row = connectionAt(number);
  const days = rowsFor('connection_days', 'connection', number);
  return [
    h('header', {}, h('p', { class: 'eyebrow' }, h('a', { href: '#connections' }, 'Connections')), h('h1', {}, name(row.connection_name)),
      h('p', {}, chip(STATUS_STYLES, row.health_status), ' ', h('span', { class: 'soft' }, [row.connector_name, row.destination_name].filter(Boolean).join(' → ')))),
    nowOf(row, number),
    h('section', { class: 'panel', 'aria-label': 'Key figures' }, connectionFacts(row)),
    adviceOf(number), issuesOf(number), ...tablesOf(number), ...costOf(row, number),
    schemaChangesOf(number), accessOf(number), actionsOf(number),
    incidentsOf(number), levelsOf(number), ...connectionCharts(row, number, days), scoreExplained(row), benchmarkOf(row),
  ];
}

// What one needs when it has just failed.
function nowOf(row, number) {
  const incident = openIncidentOf(number);
  const since = row.problem_rank === null ? null : sinceWords(row);
  const links = [fivetranLink(row), incident ? h('a', { href: incidentLink(incident) }, 'The incident: timeline, causes with scores, who was told') : null].filter(Boolean);
  const id = newId('now');
  return h('section', { class: 'panel now', 'aria-labelledby': id },
    h('h2', { id }, row.problem_rank === null ? statusWords(row) : since ? [capital(format.category(row.health_status)), ': ', since] : row.problem_summary.replace(/\.$/, '')),
    row.problem_rank === null ? answers([['Owner', ownedBy(row)]]) : problemAnswers(row, number, Boolean(since)),
    syncStrip(number), links.length ? h('p', { class: 'links' }, links.map((link, place) => [place ? ' · ' : null, link])) : null,
    h('p', { class: 'small soft' }, `Figures are ${asOfText()}.`));
}

function statusWords(row) {
  return { paused: 'It is paused, so nothing is late', deleted: 'It is deleted; its history stays' }[row.health_status] || 'Nothing is wrong with it now';
}

function connectionFacts(row) {
  const fact = (label, value, small) => h('div', {}, h('dt', {}, label), h('dd', {}, value, small ? h('small', {}, small) : null));
  return h('dl', { class: 'facts' },
    fact('Last success', when(row.last_successful_sync_at), row.sync_frequency_minutes ? `a sync is due every ${format.minutes(row.sync_frequency_minutes)}` : 'schedule unknown'),
    fact('Syncs, last 7 days', format.integer(row.total_syncs_last_7d), `${format.integer(row.failed_syncs_last_7d)} failed; success rate ${show('share', row.success_rate_last_7d)}`),
    fact('Median duration, last 30 days', show('seconds', row.median_duration_seconds_last_30d), `95${NARROW}% take at most ${show('seconds', row.p95_duration_seconds_last_30d)}`),
    fact('Rows synced, last 7 days', exact(row.rows_synced_last_7d), `${plural(row.errors_last_7d, 'error')}, ${plural(row.warnings_last_7d, 'warning')}`),
    sourceRows('incremental_mar') ? fact('Paid rows, this month', exact(row.paid_rows_this_month), row.paid_rows_last_month === null ? 'none last month' : `${show('compact', row.paid_rows_last_month)} in the whole last month`) : null,
    row.cost_this_month_usd !== null ? fact('Cost, this month', format.usd(row.cost_this_month_usd), `${show('share', row.share_of_paid_this_month)} of the account's paid rows`) : null,
    fact('Set up', row.set_up_at ? format.date(row.set_up_at) : NOTHING, `${plural(row.total_syncs, 'sync')} known`),
    row.cost_centre || row.environment || row.criticality ? fact('Belongs to', row.environment || row.cost_centre, [row.environment && row.cost_centre ? `cost centre ${row.cost_centre}` : null, row.criticality ? `criticality: ${row.criticality}` : null].filter(Boolean).join('; ')) : null,
    fact('Id', h('span', { class: 'soft' }, row.connection_id)));
}

// Each part of the score with its weight and its figures. docs/definitions.md has the formulas.
function scoreExplained(row) {
  const w = rowOf('settings');
  if (row.health_score === null) return null;
  const failures = row.failed_syncs_last_7d ? `${format.integer(row.failed_syncs_last_7d)} of ${format.integer(row.successful_syncs_last_7d + row.failed_syncs_last_7d)} finished syncs of the last 7 days failed`
    : row.successful_syncs_last_7d ? `all ${format.integer(row.successful_syncs_last_7d)} finished syncs of the last 7 days succeeded` : `success rate of the last 30 days: ${show('share', row.success_rate_last_30d)}`;
  const fresh = row.hours_since_last_success === null ? 'it never succeeded' : `the last success was ${format.hours(row.hours_since_last_success)} before the log's end; it counts as delayed from ${show('hours', row.delay_threshold_hours)} on`;
  const losses = [row.incidents_last_30d ? `${plural(row.incidents_last_30d, 'run')} of failures (${format.number(w.stability_incident_penalty)} points each)` : null,
    row.breaking_changes_last_30d ? `${plural(row.breaking_changes_last_30d, 'breaking schema change')} (${format.number(w.stability_breaking_change_penalty)} points each)` : null].filter(Boolean);
  const speed = row.mean_duration_ratio_last_7d === null ? 'there is no baseline to compare with'
    : `syncs of the last 7 days took ${format.number(row.mean_duration_ratio_last_7d)} times their 30-day median on average; points are lost from ${format.number(w.performance_ratio_good)} times on`;
  const parts = [['Reliability', row.reliability_score, w.weight_reliability, failures], ['Freshness', row.freshness_score, w.weight_freshness, fresh],
    ['Stability', row.stability_score, w.weight_stability, losses.length ? `${listed(losses)} in the last 30 days` : 'no run of failures and no breaking schema change in the last 30 days'],
    ['Performance', row.performance_score, w.weight_performance, speed]];
  const counted = parts.filter(([, score]) => score !== null);
  const formula = `(${counted.map(([, score, weight]) => `${weight.toFixed(2)} × ${format.score(score)}`).join(' + ')}) / ${counted.length === parts.length ? 'sum of weights' : 'sum of these weights'} = ${format.score(row.health_score)}`;
  const id = newId('score');
  return h('section', { class: 'panel', 'aria-labelledby': id }, h('h2', { id }, mostLost(parts, row.health_score)), h('p', { class: 'soft' }, formula),
    h('table', { class: 'parts', role: 'table', 'aria-labelledby': id },
      h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ['Part', 'Score', 'Weight', 'Why'].map((text, place) => h('th', { role: 'columnheader', scope: 'col', class: place === 1 || place === 2 ? 'number' : null }, text)))),
      h('tbody', { role: 'rowgroup' }, parts.map(([part, score, weight, why]) => h('tr', { role: 'row' }, h('th', { role: 'rowheader', scope: 'row' }, part),
        h('td', { role: 'cell', class: 'number' }, score === null ? 'not scored' : [format.score(score), bar(score / 100, score < w.degraded_health_score)]), h('td', { role: 'cell', class: 'number soft' }, weight.toFixed(2)), h('td', { role: 'cell' }, capital(why)))))));
}

// The part that lowers the score most: its lost points times its weight.
function mostLost(parts, score) {
  const lost = parts.filter(([, part]) => part !== null).map(([part, points, weight]) => [part, (100 - points) * weight]).sort((a, b) => b[1] - a[1]);
  if (!lost.length || lost[0][1] < 0.005) return `Health score ${format.score(score)}: nothing is lost`;
  return `Health score ${format.score(score)}: ${lost[0][0].toLowerCase()} takes most from it`;
}

function connectionCharts(row, number, days) {
  const charts = [];
  const failed = days.filter((day) => day.failed_syncs).length;
  if (days.length) {
    charts.push(makeChart({
      spec: 'day_bars', title: failed ? `Syncs failed on ${plural(failed, 'day')} of ${latestDays().replace('the last ', '')}` : `No sync failed in ${latestDays()}`,
      note: `Finished syncs a day by outcome, ${latestDays()}.`, kinds: ['Successful', 'Failed'], colours: ['var(--c1)', 'var(--c5)'], y: 'Syncs a day',
      rows: dayRows(days, { successful_syncs: 'Successful', failed_syncs: 'Failed' }, (value, kind) => `${plural(value, 'sync')} ${kind.toLowerCase()}`),
      tableRows: [...days].reverse(), table: [DAY_COLUMN, { key: 'successful_syncs', label: 'Successful', type: 'integer' }, { key: 'failed_syncs', label: 'Failed', type: 'integer' }, { key: 'total_syncs', label: 'All, in any status', type: 'integer' }],
    }));
  }
  const timed = days.filter((day) => day.median_duration_seconds > 0);
  if (timed.length) {
    charts.push(makeChart({
      spec: 'day_durations', title: row.median_duration_seconds_last_30d === null ? 'No sync has completed in the last 30 days' : `Half of its syncs of the last 30 days took under ${format.seconds(row.median_duration_seconds_last_30d)}`,
      note: `Duration of completed syncs a day, ${latestDays()}; logarithmic scale.`, kinds: ['Median', '95th percentile'], y: 'Duration',
      rows: dayRows(timed, { median_duration_seconds: 'Median', p95_duration_seconds: '95th percentile' }, (value) => format.seconds(value)).filter((each) => each.value > 0),
      tableRows: [...timed].reverse(), table: [DAY_COLUMN, { key: 'median_duration_seconds', label: 'Median', type: 'seconds' }, { key: 'p95_duration_seconds', label: '95th percentile', type: 'seconds' }],
    }));
    charts.push(makeChart({
      spec: 'day_bars', title: `${format.compact(row.rows_synced_last_7d)} rows changed in the last 7 days`, note: `Rows synced a day, ${latestDays()}.`, kinds: ['Rows'], y: 'Rows a day',
      rows: dayRows(days, { rows_synced: 'Rows' }, (value) => `${format.integer(value)} rows`).map((each) => ({ ...each, kind: 'Rows' })),
      tableRows: [...days].reverse(), table: [DAY_COLUMN, { key: 'rows_synced', label: 'Rows', type: 'integer' }],
    }));
  }
  const issues = rowsFor('connection_issue_days', 'connection', number);
  if (issues.length) {
    charts.push(makeChart({
      spec: 'day_bars', title: `${plural(row.errors_last_7d, 'error')} and ${plural(row.warnings_last_7d, 'warning')} in the last 7 days`, note: `Errors and warnings a day, ${latestDays()}.`,
      kinds: ['Errors', 'Warnings'], colours: ['var(--c5)', 'var(--c2)'], y: 'Issues a day',
      rows: dayRows(issues, { errors: 'Errors', warnings: 'Warnings' }, (value, kind) => `${format.integer(value)} ${kind.toLowerCase()}`),
      tableRows: [...issues].reverse(), table: [DAY_COLUMN, { key: 'errors', label: 'Errors', type: 'integer' }, { key: 'warnings', label: 'Warnings', type: 'integer' }],
    }));
  }
  const pairs = [];
  for (let place = 0; place < charts.length; place += 2) pairs.push(h('div', { class: 'pair' }, charts.slice(place, place + 2)));
  return pairs;
}

function adviceOf(number) {
  const rows = leadingAdvice(rowsFor('recommendations', 'connection', number));
  if (!rows.length) return null;
  const id = newId('advice');
  return h('section', { class: 'panel', 'aria-labelledby': id }, h('h2', { id }, plural(rows.length, 'recommendation')),
    h('ul', { class: 'attention' }, rows.map((row) => h('li', {}, chip(PRIORITY_STYLES, row.priority), h('div', {}, h('p', {}, h('b', {}, row.recommendation)),
      h('p', {}, row.evidence, relatedTo(row)), adviceBeneath(row), h('p', { class: 'soft' }, row.expected_benefit, row.estimated_monthly_savings_usd ? ` May save ${format.usd(row.estimated_monthly_savings_usd)} a month.` : '', ' ', readMore(row)))))));
}

function issuesOf(number) {
  const rows = rowsFor('connection_fingerprints', 'connection', number).filter((row) => row.fingerprint !== null)
    .map((row) => ({ ...rowsOf('fingerprints')[row.fingerprint], ...row }));
  if (!rows.length) return null;
  return makeTable({ key: 'errors', caption: `${plural(rows.length, 'kind')} of error or warning`, note: 'Seen on this connection in the last 30 days.', rows, columns: issueColumns(), open: openIssue });
}

function tablesOf(number) {
  const used = rowsFor('table_usage', 'connection', number);
  const written = rowsFor('table_volumes', 'connection', number);
  const unusual = rowsFor('volume_anomalies', 'connection', number);
  return [
    written.length ? volumeTable(written, 'volumes', 'connection') : null,
    unusual.length ? anomalyTable(unusual, 'anomalies', 'connection') : null,
    used.length ? makeTable({ key: 'tables', caption: 'Tables by active rows', note: `${format.monthName(AS_OF)}, up to ${format.shortDate(AS_OF)}; the ten with most paid rows.`, rows: used, columns: tableUsageColumns().filter((column) => column.key !== 'connection') }) : null,
  ];
}

function costOf(row, number) {
  const months = rowsFor('connection_months', 'connection', number);
  if (!months.length) return [];
  return [makeChart({
    spec: 'month_bars', title: row.paid_rows_this_month === null ? 'No active rows this month' : `${format.compact(row.paid_rows_this_month)} paid rows this month so far${row.cost_this_month_usd === null ? '' : `, which cost ${format.usd(row.cost_this_month_usd)}`}`,
    note: `Monthly active rows, free and paid; the last month up to ${format.shortDate(AS_OF)}. The table below has the cost of each month.`, kinds: ['Paid', 'Free'], colours: ['var(--c1)', 'var(--c7)'], y: 'Active rows a month',
    rows: monthRows(months, { paid_rows: 'Paid', free_rows: 'Free' }, (value, kind) => `${format.integer(value)} ${kind.toLowerCase()} rows`),
    tableRows: [...months].reverse(), table: [MONTH_COLUMN, { key: 'paid_rows', label: 'Paid rows', type: 'integer' }, { key: 'free_rows', label: 'Free rows', type: 'integer' }, { key: 'cost_usd', label: 'Cost', type: 'usd' }],
  })];
}

function accessOf(number) {
  const [row] = rowsFor('connection_access', 'connection', number);
  if (!row) return null;
  const id = newId('access');
  const names = (text, count, shown) => (text ? [name(text), count > shown ? ` and ${format.integer(count - shown)} more` : null] : null);
  const only = row.people_who_can_change - row.people_who_can_delete;
  return h('section', { class: 'panel', 'aria-labelledby': id }, h('h2', { id }, `${plural(row.people_who_can_change, 'person', 'people')} can change it, ${format.integer(row.people_who_can_delete)} can delete it`),
    h('p', { class: 'soft' }, `By their roles, directly, through a team, or through the destination or the account.${row.dormant_people ? ` ${plural(row.dormant_people, 'person', 'people')} of these ${row.dormant_people === 1 ? 'has' : 'have'} done nothing for long.` : ''}${row.deleted_people ? ` ${plural(row.deleted_people, 'role is held by a deleted user', 'roles are held by deleted users')}.` : ''}`),
    answers([['Delete too', names(row.names_who_can_delete, row.people_who_can_delete, Math.min(20, row.people_who_can_delete))], ['Change only', names(row.names_who_can_only_change, only, Math.max(0, Math.min(only, 20 - row.people_who_can_delete)))]]));
}

function incidentsOf(number) {
  const rows = rowsFor('incidents', 'connection', number);
  if (!rows.length) return null;
  const own = rowsOf('incidents').filter((row) => row.connection === number);
  return incidentTable(own, latestDays(), own.length, { key: 'incidents', of: number, caption: `${plural(own.length, 'incident')} in ${latestDays()}`, note: 'Newest first, after what is open. A time opens the incident\'s own page.', size: 10 });
}

function levelsOf(number) {
  const rows = rowsFor('service_levels', 'connection', number);
  return rows.length ? makeTable({ key: 'levels', caption: 'Service level by month', note: 'How long its data was fresh, against the target.', rows, columns: levelColumns(null) }) : null;
}

function benchmarkOf(row) {
  if (row.connections_of_type === null || row.connections_of_type < 2) return null;
  const rank = (share) => (share === null ? NOTHING : `better than ${format.share(share)} of the others of its kind`);
  const lines = [['Success rate', show('share', row.success_rate_last_30d), show('share', row.type_median_success_rate), rank(row.success_rate_percentile)],
    ['Median duration', show('seconds', row.median_duration_seconds_last_30d), show('seconds', row.type_median_duration_seconds), rank(row.duration_percentile)],
    ['Rows per second', show('compact', row.rows_per_second_last_30d), show('compact', row.type_median_rows_per_second), rank(row.rows_per_second_percentile)]];
  const id = newId('benchmark');
  return h('section', { class: 'panel', 'aria-labelledby': id }, h('h2', { id }, `Against the ${format.integer(row.connections_of_type)} ${row.connector_name} connections`),
    h('p', { class: 'soft' }, 'Last 30 days, this connection included.'),
    h('table', { class: 'parts', role: 'table', 'aria-labelledby': id }, h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ['Figure', 'This one', 'Median', 'Standing'].map((text, place) => h('th', { role: 'columnheader', scope: 'col', class: place === 1 || place === 2 ? 'number' : null }, text)))),
      h('tbody', { role: 'rowgroup' }, lines.map(([label, mine, median, standing]) => h('tr', { role: 'row' }, h('th', { role: 'rowheader', scope: 'row' }, label), h('td', { role: 'cell', class: 'number' }, mine), h('td', { role: 'cell', class: 'number soft' }, median), h('td', { role: 'cell' }, standing))))));
}

function schemaChangesOf(number) {
  const rows = rowsFor('schema_changes', 'connection', number);
  if (!rows.length) return null;
  const breaking = rows.filter((row) => row.is_breaking).length;
  return makeTable({ key: 'changes', caption: breaking ? `${plural(rows.length, 'schema change')}, ${format.integer(breaking)} breaking` : `${plural(rows.length, 'schema change')}, none breaking`, note: `${capital(latestDays())}; breaking ones first.`, rows, size: 10,
    columns: schemaColumns().filter((column) => column.key !== 'connection') });
}

function actionsOf(number) {
  const rows = rowsFor('actions', 'connection', number);
  if (!rows.length) return null;
  const changes = rows.filter((row) => row.is_configuration_change).length;
  return makeTable({ key: 'actions', caption: `${plural(changes, 'configuration change')}${rows.length > changes ? ` and ${plural(rows.length - changes, 'other sensitive action')}` : ''}`, note: `${capital(latestDays())}, newest first.`, rows, size: 10,
    columns: actionColumns().filter((column) => column.key !== 'resource'), open: openAction });
}
