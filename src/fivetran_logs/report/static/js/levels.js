// How long data was fresh, against the target, by month.

function levelsPage() {
  const rows = rowsOf('service_levels');
  if (!rows.length) return [pageHead('Service levels', 'No connection was measured', asOfSentence()), sourceIsEmpty() || note('There are no service levels yet.', 'They need a connection that has synced at least once.')];
  const account = rows.filter((row) => row.dimension === 'account');
  return [
    pageHead('Service levels', levelFinding(account[0]), `Data is fresh while the last success is no older than the gap to be expected of the connection. Time in which it was paused, deleted or never synced does not count. ${capital(format.monthName(AS_OF))} counts up to ${format.timestamp(AS_OF)}.`),
    levelCards(account),
    levelTable('teams', 'team', 'Teams'), levelTable('connections', 'connection', 'Connections'), levelTable('kinds', 'connector_type', 'Kinds of source'),
  ];
}

function monthWords(row) {
  return `${capital(format.monthName(row.month_date))}${isThisMonth(row.month_date) ? ' so far' : ''}`;
}

function levelFinding(row) {
  const missed = rowsOf('service_levels').filter((each) => each.dimension === 'connection' && each.month_date === row.month_date && !each.is_met).length;
  const connections = plural(row.connections, 'connection');
  return `${monthWords(row)}, data was fresh ${format.share(row.achieved)} of the time; ${missed ? `${format.integer(missed)} of ${connections} ${missed === 1 ? 'misses its' : 'miss their'} target` : row.connections === 1 ? 'its only connection reaches the target' : `all ${connections} reach their target`}`;
}

function levelCards(account) {
  return h('div', { class: 'cards' }, account.slice(0, 3).map((row) => card(monthWords(row), format.share(row.achieved), 'fresh', [
    row.is_met ? `reaches the target of ${format.share(row.freshness_target)}` : h('span', { class: 'down-bad' }, `misses the target of ${format.share(row.freshness_target)}`),
    h('span', { class: 'soft' }, `${plural(row.incidents, 'incident')}${row.mean_hours_to_recover === null ? '' : `, ${format.hours(row.mean_hours_to_recover)} to recover on average`}`)])));
}

function budgetLeft(row) {
  return row.error_budget_left_minutes === null ? NOTHING : row.error_budget_left_minutes < 0 ? h('span', { class: 'down-bad' }, `${format.minutes(-row.error_budget_left_minutes)} over`) : `${format.minutes(row.error_budget_left_minutes)} left`;
}

const LEVEL_OF = {
  team: () => ({ key: 'team', label: 'Team', type: 'text', cell: (row) => (row.team ? teamLink(row.team) : h('span', { class: 'soft' }, 'no team')) }),
  connection: () => connectionColumn(),
  connector_type: () => nameColumn('connector_name', 'Kind of source'),
};

function levelColumns(dimension) {
  return [
    ...(dimension ? [LEVEL_OF[dimension]()] : []), { ...MONTH_COLUMN, cell: (row) => h('span', { class: 'whole' }, format.month(row.month_date)) },
    { key: 'is_met', label: 'Target', type: 'text', value: (row) => (row.is_met ? 'met' : 'missed'), cell: (row) => h('span', { class: row.is_met ? 'chip good' : 'chip bad' }, row.is_met ? 'Met' : 'Missed') },
    { key: 'achieved', label: 'Fresh', type: 'share' }, { key: 'freshness_target', label: 'Wanted', type: 'share' },
    { key: 'minutes_stale', label: 'Stale', type: 'minutes' }, { key: 'error_budget_left_minutes', label: 'Error budget', type: 'minutes', cell: budgetLeft },
    { key: 'incidents', label: 'Incidents', type: 'integer' }, { key: 'mean_hours_to_recover', label: 'To recover', type: 'hours' }, { key: 'mean_hours_between_failures', label: 'Between failures', type: 'hours', hidden: true },
  ];
}

function levelTable(key, dimension, what) {
  const rows = rowsOf('service_levels').filter((row) => row.dimension === dimension);
  if (!rows.length || (dimension === 'team' && !rows.some((row) => row.team))) return null;
  const months = monthsOf(rows);
  const now = rows.filter((row) => row.month_date === months[0]);
  const missed = now.filter((row) => !row.is_met).length;
  return makeTable({
    key, caption: `${what}: ${missed ? `${format.integer(missed)} of ${format.integer(now.length)} ${missed === 1 ? 'misses' : 'miss'} the target in ${format.monthName(months[0])}` : `${now.length === 1 ? 'the only one reaches' : `all ${format.integer(now.length)} reach`} the target in ${format.monthName(months[0])}`}`,
    note: 'By month; those with the least error budget left first. Error budget: the stale time that the target allows, less what was stale. Averages: hours to recover of incidents that ended in the month, hours between those that began.', rows,
    columns: levelColumns(dimension),
    filters: [{ label: 'Month', value: (row) => row.month_date, show: format.month, first: months[0], all: 'All months', ordered: true }, { label: 'Target', value: (row) => (row.is_met ? 'met' : 'missed') }],
  });
}
