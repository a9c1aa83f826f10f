function governancePage() {
  const all = rowOf('governance');
  const noTrail = sourceRows('audit_trail') ? null : note('Read from the log alone.', 'The table audit_trail is missing or empty: only accounts on the Enterprise plan have it. The log records who changed, paused or synced a connection, but little about users, teams, roles and destinations, and no values before and after.');
  if (!all.actions) return [pageHead('Governance', `No action is known in ${latestDays()}`, asOfSentence()), noLog('Actions'), noTrail];
  const finding = all.sensitive_actions_last_30d ? `${plural(all.sensitive_actions_last_30d, 'sensitive action')} in the last 30 days, among ${plural(all.actions_last_30d, 'action')}` : `No sensitive action in the last 30 days, among ${plural(all.actions_last_30d, 'action')}`;
  return [
    pageHead('Governance', finding, `${plural(all.actions, 'action')} of ${plural(all.people, 'person', 'people')}, of the API and of Fivetran itself in ${latestDays()}, ${asOfText()}. Sensitive actions change access control, destinations or the account, or delete something.`),
    noTrail, sessionTable(), h('div', { class: 'pair' }, hoursChart(), actorTable()), fieldTable(),
    makeTable({
      key: 'actions',
      caption: `${plural(all.configuration_changes, 'configuration change')} and ${plural(all.sensitive_actions, 'sensitive action')}`, note: `${capital(latestDays())}, newest first${totalOf('actions') > rowsOf('actions').length ? `; ${format.integer(rowsOf('actions').length)} of ${format.integer(totalOf('actions'))}` : ''}; some are both. More shows values before and after, secrets masked.`,
      rows: rowsOf('actions'), columns: actionColumns(), open: openAction,
      filters: [{ label: 'Sensitive', value: (row) => (row.is_sensitive ? 'yes' : 'no') }, { label: 'Action', value: (row) => row.action_type, show: format.category }, { label: 'Touches', value: (row) => row.action_category, show: format.category }, { label: 'By', value: actorOf }],
    }),
  ];
}

function actorOf(row) {
  return row.user_name || row.user_email || (row.actor_type === 'fivetran' ? 'Fivetran' : 'unknown user');
}

function hoursChart() {
  const rows = rowsOf('activity_hours');
  const busiest = rows.reduce((best, row) => (row.actions_of_people > best.actions_of_people ? row : best));
  const hour = (value) => `${String(value).padStart(2, '0')}:00`;
  const span = (row) => `${WEEKDAYS[row.weekday]} ${hour(row.hour_of_day)}–${hour((row.hour_of_day + 1) % 24)} UTC`;
  return makeChart({
    spec: 'hour_grid', title: `People act most on ${span(busiest)}`, note: `Actions of people and of the API by weekday and hour, ${latestDays()}.`, y: 'Actions',
    rows: rows.filter((row) => row.actions_of_people).map((row) => ({ hour: row.hour_of_day, weekday: WEEKDAYS[row.weekday], value: row.actions_of_people, label: span(row), value_label: plural(row.actions_of_people, 'action') })),
    tableRows: rows, table: [{ key: 'weekday', label: 'Weekday', type: 'text', cell: (row) => WEEKDAYS[row.weekday] }, { key: 'hour_of_day', label: 'Hour (UTC)', type: 'text', cell: (row) => hour(row.hour_of_day) }, { key: 'actions_of_people', label: 'People and API', type: 'integer' }, { key: 'actions_of_fivetran', label: 'Fivetran', type: 'integer' }, { key: 'sensitive_actions', label: 'Sensitive', type: 'integer' }],
  });
}

function actorTable() {
  const rows = rowsOf('actors');
  return makeTable({
    key: 'actors',
    caption: 'Who acted', note: `${capital(latestDays())}; most sensitive actions first.`, rows, size: 10,
    columns: [{ key: 'user_name', label: 'Who', type: 'text', value: (row) => [row.user_name, row.user_email].filter(Boolean).join(' ') || actorOf(row), cell: (row) => [h('span', { class: 'clip', title: row.user_email }, name(actorOf(row))), row.actor_type === 'api' ? h('span', { class: 'sub' }, 'through the API') : null] },
      { key: 'sensitive_actions', label: 'Sensitive', type: 'integer' }, { key: 'configuration_changes', label: 'Config changes', type: 'integer' }, { key: 'actions', label: 'All', type: 'integer' }, timeColumn('last_active_at', 'Last active')],
  });
}

function actionColumns() {
  const what = (row) => (row.secondary_resource_type ? row.secondary_resource_name : row.resource_name) || 'unknown';
  return [
    { key: 'action_type', label: 'Action', type: 'text', cell: (row) => [h('b', {}, capital(format.category(row.action_type))), h('span', { class: 'sub' }, format.category(row.action_category))], value: (row) => `${row.action_type} ${row.action_category}` },
    { key: 'resource', label: 'On', type: 'text', value: what, cell: (row) => [row.connection !== null ? connectionCell(row.connection) : h('span', { class: 'clip', title: what(row) }, name(what(row))), row.secondary_resource_type || row.resource_type ? h('span', { class: 'sub' }, (row.secondary_resource_type || row.resource_type).toLowerCase()) : null] },
    { key: 'actor', label: 'By', type: 'text', value: actorOf, cell: (row) => [h('span', { class: 'clip', title: row.user_email }, name(actorOf(row))), h('span', { class: 'sub' }, { WEB_UI: 'in the dashboard', API: 'through the API', SYSTEM: 'automatically' }[row.interaction_method] || '')] },
    nameColumn('changed_fields', 'Fields'),
    { key: 'is_sensitive', label: 'Sensitive', type: 'text', value: (row) => (row.is_sensitive ? 'yes' : 'no'), cell: (row) => (row.is_sensitive ? h('span', { class: 'chip warn' }, 'Sensitive') : 'no') },
    timeColumn('occurred_at', 'When'),
  ];
}

function openAction(row) {
  return pairs([['When', format.timestamp(row.occurred_at)], ['Before', row.old_values ? h('code', {}, row.old_values) : 'not recorded'], ['After', row.new_values ? h('code', {}, row.new_values) : 'not recorded'],
    ['E-mail', row.user_email], ['Inside', row.secondary_resource_type ? [`${row.resource_type.toLowerCase()} `, name(row.resource_name)] : null], ['Known from', row.log_source === 'audit_trail' ? 'the audit trail' : 'the log']]);
}
