// First what is broken or late, then one line each for money, rules, data and trust, then trends. A quiet day is short.

const LEAST_SHOWN = 5; // problems in full; the others are a line each

function overviewPage() {
  const empty = sourceIsEmpty();
  const all = rowOf('summary');
  if (!rowsOf('connections').length) return [pageHead('Overview', 'No connection is known', asOfSentence()), empty || note('The source lists no connection.', '')];
  return [
    pageHead('Overview', overviewFinding(all), asOfSentence()),
    empty, ...attention(all), inOneLine(all), ...trends(all),
    makeGrid(gridOrder(), gridTitle(), `Each field is one day of the last ${GRID_DAYS}, up to ${format.date(AS_OF)}; the worst connections come first. A name opens its page.`),
  ];
}

function overviewFinding(all) {
  const bad = [[all.broken_connections, 'broken'], [all.delayed_connections, 'delayed'], [all.degraded_connections, 'degraded'],
    [all.never_synced_connections, 'never synced']].filter(([count]) => count);
  if (!all.active_connections) return 'No connection is active';
  const rest = bad.length ? `; ${listed(bad.map(([count, what]) => `${format.integer(count)} ${what}`))}` : '';
  if (all.active_connections === 1) return `The only active connection is ${bad.length ? bad[0][1] : 'healthy'}`;
  return `${format.integer(all.healthy_connections)} of ${plural(all.active_connections, 'active connection')} ${all.healthy_connections === 1 ? 'is' : 'are'} healthy${rest}`;
}

function trends(all) {
  return [h('div', { class: 'section-head' }, h('h2', {}, 'Trends'), h('p', { class: 'soft' }, 'Changes compare with 7 days before, money and rows with the same day last month. Small lines show the last 30 days.'),
    unlikeParts('week', 'Not in both weeks'), unlikeParts('month', 'Not in both months')),
    h('div', { class: 'cards' }, overviewCards(all))];
}

function overviewCards(all) {
  const days = rowsOf('platform_days').filter((row) => row.days_ago < GRID_DAYS);
  const line = (key, say) => sparkline(days.map((row) => row[key]), say);
  const points = (now, before, unit, factor, places) => {
    if (now === null || before === null) return null;
    const difference = (now - before) * factor;
    const text = Math.abs(difference).toFixed(places);
    return Number(text) === 0 ? change(`unchanged from ${unit(before)}`, 0) : change(`${text} points ${difference > 0 ? 'up' : 'down'} from ${unit(before)}`, difference, 'more is better');
  };
  const known = (value, say) => (value === null || value === undefined ? NOTHING : say(value));
  const sameDay = format.shortDate(all.same_day_last_month_date);
  const [paid, paidUnit] = known(all.paid_rows_month_to_date, format.compact).split(NARROW);
  const cards = [
    card('Platform health score', known(all.health_score, format.score), all.health_score === null ? null : 'of 100',
      [points(all.health_score, all.health_score_7d_before, format.score, 1, 1), h('span', { class: 'soft' }, 'mean of all connections that have a score, now')], line('health_score', format.score)),
    card('Healthy connections', known(all.healthy_share, format.share), null,
      [points(all.healthy_share, all.healthy_share_7d_before, format.share, 100, 1), h('span', { class: 'soft' }, `${format.integer(all.healthy_connections)} of ${format.integer(all.active_connections)} active, now`)], line('healthy_share', format.share)),
    card('Success rate of syncs', known(all.success_rate_last_7d, format.share), null,
      [points(all.same_success_rate_last_7d, all.same_success_rate_previous_7d, format.share, 100, 1), ...effectOfNewAndGone(all), h('span', { class: 'soft' }, `${format.integer(all.failed_syncs_last_7d)} of ${plural(all.syncs_last_7d, 'sync')} failed, last 7 days`)], line('success_rate', format.share)),
  ];
  if (sourceRows('incremental_mar')) {
    cards.push(card('Paid active rows, month to date', paid, paidUnit,
      [changeOfShare(all.paid_rows_change_share, 'neutral'), h('span', { class: 'soft' }, all.paid_rows_same_day_last_month === null ? `since 1 ${format.monthName(AS_OF)}` : `${all.paid_rows_change_share === null ? '' : Math.abs(all.paid_rows_change_share) < 0.0005 ? 'as ' : 'than '}by ${sameDay}: ${format.compact(all.paid_rows_same_day_last_month)}`)], line('paid_rows_month_to_date', format.compact)));
  }
  if (all.cost_month_to_date_usd !== null) {
    cards.push(card('Billed, month to date', format.usd(all.cost_month_to_date_usd), null,
      [changeOfShare(all.cost_change_share, 'neutral'), h('span', { class: 'soft' }, all.cost_same_day_last_month_usd === null ? `since 1 ${format.monthName(AS_OF)}` : `${all.cost_change_share === null ? '' : Math.abs(all.cost_change_share) < 0.0005 ? 'as ' : 'than '}by ${sameDay}: ${format.usd(all.cost_same_day_last_month_usd)}`)], line('cost_month_to_date_usd', format.usd)));
  }
  cards.push(card('Errors', format.integer(all.errors_last_7d), null,
    [all.error_change_share === null ? null : changeOfShare(all.error_change_share, 'more is worse'), h('span', { class: 'soft' }, `last 7 days; ${format.integer(all.errors_previous_7d)} in the 7 before`)], line('errors_last_7d', format.integer)));
  return cards;
}

// The change of the success rate compares connections with outcomes in both weeks; what the others do to the rate is said apart.
function effectOfNewAndGone(all) {
  const effect = (count, what, change) => {
    if (!count || change === null) return null;
    const text = Math.abs(change * 100).toFixed(1);
    return `${plural(count, `${what} connection`)} ${Number(text) ? `${change > 0 ? 'add' : 'take'}${count === 1 ? 's' : ''} ${text} points` : `${count === 1 ? 'changes' : 'change'} nothing`}`;
  };
  const minus = (one, other) => (one === null || other === null ? null : one - other);
  const effects = [
    effect(all.connections_with_outcomes_only_last_7d, 'new', minus(all.success_rate_last_7d, all.same_success_rate_last_7d)),
    effect(all.connections_with_outcomes_only_previous_7d, 'gone', minus(all.same_success_rate_previous_7d, all.success_rate_previous_7d)),
  ].filter(Boolean);
  return effects.length ? [h('span', { class: 'soft' }, `over the ${plural(all.connections_with_outcomes_in_both, 'connection')} of both weeks; ${effects.join(', ')}`)] : [];
}

// Connections without new data first, each with all answers; then those that only do badly.
function attention(all) {
  const problems = rowsOf('connections').map((row, number) => [row, number]).filter(([row]) => row.problem_rank !== null);
  const stopped = problems.filter(([row]) => NOT_RUNNING.includes(row.health_status));
  const others = problems.filter(([row]) => !NOT_RUNNING.includes(row.health_status));
  const id = newId('attention');
  if (!stopped.length) {
    return [h('section', { class: 'panel quiet', 'aria-labelledby': id }, h('h2', { id }, h('span', { class: 'chip good' }, 'Quiet'), ' Nothing is broken or late'), others.length ? lesser(others) : null)];
  }
  const more = stopped.length - LEAST_SHOWN;
  return [h('section', { class: 'panel', 'aria-labelledby': id },
    h('h2', { id }, `Broken or late now: ${plural(stopped.length, 'connection')}`),
    h('p', { class: 'soft' }, 'The worst first. A name opens its page.'),
    h('ul', { class: 'attention' }, stopped.slice(0, LEAST_SHOWN).map(([row, number]) => problemItem(row, number))),
    more > 0 ? h('p', {}, h('a', { href: '#connections' }, `${plural(more, 'more connection')}`)) : null, lesser(others))];
}

function lesser(rows) {
  if (!rows.length) return h('p', { class: 'soft' }, 'No other connection has a problem.');
  return h('details', { class: 'lesser' }, h('summary', {}, `${plural(rows.length, 'connection')} with lesser problems, though data arrives`),
    h('ul', { class: 'attention' }, rows.slice(0, 20).map(([row, number]) => problemLine(row, number))),
    rows.length > 20 ? h('p', {}, h('a', { href: '#connections' }, 'All of them')) : null);
}

function inOneLine(all) {
  const id = newId('lines');
  const lines = [['Money', moneyLine(), 'finance'], ['Rules', rulesLine(), 'compliance'], ['Tables', volumesLine(), 'volumes'], ['Service', levelLine(), 'levels'], ['Trust', trustLine(), 'compliance']].filter(([, text]) => text);
  if (!lines.length) return null;
  return h('section', { class: 'panel', 'aria-labelledby': id }, h('h2', { id, class: 'unseen' }, 'In one line each'),
    h('dl', { class: 'answers lines' }, lines.map(([label, text, page]) => h('div', {}, h('dt', {}, h('a', { href: `#${page}` }, label)), h('dd', {}, text)))));
}

function moneyLine() {
  const months = rowsOf('spend_months');
  if (!months.some((row) => row.billed_usd !== null)) return null;
  const budgets = rowsOf('budget_lines');
  const over = budgets.filter((row) => row.status === 'over').length;
  return `${financeFinding(months.find((row) => row.stage === 'open') || {})}.${budgets.length ? ` ${over ? `${plural(over, 'budget')} of ${format.integer(budgets.length)} will be exceeded` : `Each of ${plural(budgets.length, 'budget')} lasts`}.` : ''}`;
}

function rulesLine() {
  const all = rowOf('compliance');
  if (!all.checks) return null;
  const began = rowsOf('compliance_checks').filter((row) => row.began_to_fail_last_7d);
  const now = began.length ? `${began.length === 1 ? 'One check' : plural(began.length, 'check')} began to fail in the last 7 days: ${listed(began.slice(0, 3).map((row) => row.check_name))}${began.length > 3 ? ' and others' : ''}`
    : all.judged_days > 1 ? 'No check began to fail in the last 7 days' : `History begins today, so nobody knows yet what began to fail`;
  return `${now}. ${format.integer(all.checks_failed)} of ${plural(all.checks, 'check')} ${all.checks_failed === 1 ? 'fails' : 'fail'}.`;
}

function volumesLine() {
  const all = rowOf('volumes');
  return all.tables_judged_last_day ? `${volumesFinding(all)}.` : null;
}

function levelLine() {
  const row = rowsOf('service_levels').find((each) => each.dimension === 'account');
  return row ? `${levelFinding(row)}.` : null;
}

function trustLine() {
  const { known_until_at: until, is_log_late: late } = rowOf('settings');
  const all = rowOf('compliance');
  if (!until) return null;
  return `${late ? 'The log is late: nothing is known after' : 'The log tells what happened until'} ${format.timestamp(until)}.${all.checks ? ` ${all.checks_not_assessable ? `${plural(all.checks_not_assessable, 'check')} cannot be judged` : 'Every check can be judged'}.` : ''}`;
}

function gridOrder() {
  return rowsOf('connections').map((row, number) => [row, number]).filter(([row]) => row.health_status !== 'deleted').map(([, number]) => number);
}

function gridTitle() {
  const all = rowOf('summary');
  return all.failed_syncs_last_7d ? `${plural(all.failed_syncs_last_7d, 'sync')} failed in the last 7 days: where, and on which days` : 'No sync failed in the last 7 days';
}
