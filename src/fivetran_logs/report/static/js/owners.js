// What each team and each owner runs, what it costs, what is wrong, whether its data is fresh: pages to send to them.

function ownersPage() {
  const teams = rowsOf('owners').filter((row) => row.kind === 'team');
  const people = rowsOf('owners').filter((row) => row.kind === 'owner');
  if (!rowsOf('owners').length) return [pageHead('Owners', 'No connection has an owner', asOfSentence()), sourceIsEmpty() || note('Nobody is named yet.', 'Fill the seed fivetran_connection_owners: who owns which connection.')];
  const urgent = teams.filter((row) => row.urgent_problems).length;
  const unowned = rowsOf('connections').filter((row) => !row.team && !row.owner && row.health_status !== 'deleted').length;
  return [
    pageHead('Owners', `${urgent ? `${urgent === 1 ? 'One team has' : `${format.integer(urgent)} teams have`} an urgent problem` : 'No team has an urgent problem'}${unowned ? `; ${plural(unowned, 'connection')} ${unowned === 1 ? 'has' : 'have'} no owner` : ''}`,
      `${asOfSentence()} Costs of the month to date; service levels of ${format.monthName(AS_OF)} so far. A name opens a page of its own, which you can send.`),
    ownerTable('teams', 'Teams', teams), ownerTable('people', 'People', people),
  ];
}

function ownerTable(key, what, rows) {
  if (!rows.length) return null;
  const isTeam = rows[0].kind === 'team';
  return makeTable({
    key, caption: `${format.integer(rows.length)} ${rows.length === 1 ? (isTeam ? 'team' : 'person') : what.toLowerCase()}`, note: 'Urgent problems first, then other problems, then cost.', rows,
    columns: [isTeam ? { key: 'team', label: 'Team', type: 'text', cell: (row) => teamLink(row.team) } : { key: 'owner', label: 'Owner', type: 'text', cell: (row) => ownerLink(row.owner) },
      { key: 'problems', label: 'Problems', type: 'integer', cell: (row) => (row.urgent_problems ? [format.integer(row.problems), h('span', { class: 'sub down-bad' }, `${format.integer(row.urgent_problems)} urgent`)] : format.integer(row.problems)) },
      { key: 'healthy_connections', label: 'Healthy', type: 'integer', cell: (row) => `${format.integer(row.healthy_connections)} of ${format.integer(row.active_connections)}` },
      { key: 'cost_to_date_usd', label: 'Cost to date', type: 'usd' }, { key: 'projected_usd', label: 'Month end', type: 'usd' },
      ...(isTeam ? [{ key: 'budget_usd', label: 'Budget', type: 'usd', cell: (row) => (row.budget_usd === null ? NOTHING : [format.usd(row.budget_usd), row.budget_status ? h('span', { class: 'sub' }, format.category(row.budget_status)) : null]) }] : []),
      { key: 'fresh_share', label: 'Fresh', type: 'share' }, { key: 'freshness_target', label: 'Wanted', type: 'share' }, { key: 'error_budget_left_minutes', label: 'Error budget', type: 'minutes', cell: budgetLeft }],
  });
}

function teamPage(team) { return ownedPage('team', team); }

function ownerPage(owner) { return ownedPage('owner', owner); }

function ownedPage(kind, who) {
  const row = rowsOf('owners').find((each) => each.kind === kind && each[kind] === who);
  if (!row) return [pageHead('Owners', `This ${kind} is not in the report`, h('a', { href: '#owners' }, 'All owners'))];
  const mine = rowsOf('connections').map((each, number) => ({ ...each, connection: number })).filter((each) => each[kind] === who);
  const numbers = new Set(mine.map((each) => each.connection));
  const wrong = mine.filter((each) => each.problem_rank !== null);
  const stopped = wrong.filter((each) => NOT_RUNNING.includes(each.health_status));
  const id = newId('wrong');
  return [
    h('header', {}, h('p', { class: 'eyebrow' }, h('a', { href: '#owners' }, 'Owners')),
      h('h1', {}, name(who), `: ${wrong.length ? `${format.integer(wrong.length)} of ${plural(row.active_connections, 'active connection')} ${wrong.length === 1 ? 'has' : 'have'} a problem` : row.active_connections ? `all ${plural(row.active_connections, 'active connection')} run without a problem` : 'no connection is active'}`),
      h('p', { class: 'lead' }, `${asOfSentence()} `, copyButton('Copy the link to this page', () => location.href))),
    h('div', { class: 'cards' }, ownedCards(row)),
    wrong.length ? h('section', { class: 'panel', 'aria-labelledby': id }, h('h2', { id }, stopped.length ? `Broken or late now: ${plural(stopped.length, 'connection')}` : 'Nothing is broken or late'),
      h('ul', { class: 'attention' }, stopped.map((each) => problemItem(each, each.connection)), wrong.filter((each) => !stopped.includes(each)).map((each) => problemLine(each, each.connection)))) : null,
    connectionTable(mine, { key: 'connections', caption: plural(mine.length, 'connection'), note: 'Problems first, then the lowest health score.' }),
    kind === 'team' ? teamLevels(who) : null, ownedLevels(numbers),
    ownedIncidents(numbers), ownedAnomalies(numbers),
  ];
}

function ownedCards(row) {
  return [
    card('Healthy connections', `${format.integer(row.healthy_connections)} of ${format.integer(row.active_connections)}`, null, [row.urgent_problems ? h('span', { class: 'up-bad' }, `${plural(row.urgent_problems, 'urgent problem')}`) : 'no urgent problem']),
    row.cost_to_date_usd === null ? null : card(`Cost, ${format.monthName(AS_OF)} to date`, format.usd(row.cost_to_date_usd), null, [row.projected_usd === null ? null : `will end at about ${format.usd(row.projected_usd)}`,
      row.budget_usd === null ? null : h('span', { class: row.budget_status === 'over' ? 'up-bad' : null }, `budget ${format.usd(row.budget_usd)}: ${format.category(row.budget_status || 'not projected')}`),
      row.cost_last_month_usd === null ? null : h('span', { class: 'soft' }, `${format.usd(row.cost_last_month_usd)} in the whole last month`)]),
    row.fresh_share === null ? null : card(`Fresh, ${format.monthName(AS_OF)} so far`, format.share(row.fresh_share), null, [`${format.share(row.freshness_target)} wanted`, ['error budget: ', budgetLeft(row)], row.fresh_share_last_month === null ? null : h('span', { class: 'soft' }, `${format.share(row.fresh_share_last_month)} last month`)]),
  ].filter(Boolean);
}

function teamLevels(team) {
  const rows = rowsOf('service_levels').filter((row) => row.dimension === 'team' && row.team === team);
  return rows.length ? makeTable({ key: 'months', caption: 'Service level of the team', note: 'By month, all its connections together.', rows, columns: levelColumns(null) }) : null;
}

function ownedLevels(numbers) {
  const rows = rowsOf('service_levels').filter((row) => row.dimension === 'connection' && numbers.has(row.connection));
  if (!rows.length) return null;
  const months = monthsOf(rows);
  return makeTable({ key: 'levels', caption: 'Service levels of the connections', note: 'The least error budget first.', rows, size: 10, columns: levelColumns('connection'), filters: [{ label: 'Month', value: (row) => row.month_date, show: format.month, first: months[0], all: 'All months', ordered: true }] });
}

function ownedIncidents(numbers) {
  const rows = rowsOf('incidents').filter((row) => numbers.has(row.connection));
  return rows.length ? incidentTable(rows, latestDays(), rows.length, { key: 'incidents', caption: plural(rows.length, 'incident'), size: 10 }) : null;
}

function ownedAnomalies(numbers) {
  const rows = rowsOf('volume_anomalies').filter((row) => numbers.has(row.connection));
  return rows.length ? anomalyTable(rows, 'anomalies', '') : null;
}
