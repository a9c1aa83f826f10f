// What people did in one go, and what they changed field by field: parts of the page Governance.

function sessionFlags(row) {
  return [row.is_mass_deletion ? 'mass deletion' : null, row.is_new_admin ? 'new administrator' : null, row.is_unusual_hour ? 'unusual hour' : null, row.is_first_time ? 'first time' : null].filter(Boolean);
}

function sessionsFinding(rows) {
  const count = (key) => rows.filter((row) => row[key]).length;
  const parts = [[count('is_mass_deletion'), 'with a mass deletion'], [count('is_new_admin'), 'with a new administrator'], [count('is_unusual_hour'), 'at an hour unusual for the person']].filter(([number]) => number);
  const all = plural(totalOf('sessions'), 'session');
  return parts.length ? `${all}, ${listed(parts.map(([number, words]) => `${format.integer(number)} ${words}`))}` : `${all}, none of them out of the ordinary`;
}

function sessionTable() {
  const rows = rowsOf('sessions');
  if (!rows.length) return null;
  return makeTable({
    key: 'sessions',
    caption: sessionsFinding(rows), note: `What one person did without a long pause, ${latestDays()}; what stands out first, then the newest${totalOf('sessions') > rows.length ? `; ${format.integer(rows.length)} of ${format.integer(totalOf('sessions'))}` : ''}. An hour is unusual for a person who has hardly ever acted near it; that needs ten earlier days with actions.`,
    rows,
    columns: [
      { key: 'session_story', label: 'What happened', type: 'text', wide: true, value: (row) => `${row.session_story} ${row.user_email}`, cell: (row) => h('span', {}, row.session_story) },
      { key: 'flags', label: 'Stands out', type: 'text', value: (row) => sessionFlags(row).join(', ') || null, cell: (row) => (sessionFlags(row).length ? sessionFlags(row).map((flag) => [h('span', { class: flag === 'first time' ? 'chip' : 'chip warn' }, capital(flag)), ' ']) : NOTHING) },
      { key: 'session_actions', label: 'Actions', type: 'integer' }, { key: 'sensitive_actions', label: 'Sensitive', type: 'integer' }, timeColumn('session_started_at', 'Began'),
    ],
    filters: [{ label: 'By', value: actorOf }, { label: 'Stands out', value: (row) => sessionFlags(row)[0] || 'nothing', show: (value) => value }],
  });
}

function fieldTable() {
  const rows = rowsOf('field_changes');
  if (!rows.length) return null;
  const total = totalOf('field_changes');
  return makeTable({
    key: 'fields',
    caption: `${plural(total, 'setting')} changed`, note: `Each field with its value before and after, ${latestDays()}, newest first${total > rows.length ? `; ${format.integer(rows.length)} of ${format.integer(total)}` : ''}. Secrets are masked; long values are cut off after 200 characters.`,
    rows,
    columns: [
      { key: 'resource_name', label: 'On', type: 'text', value: (row) => [row.resource_name, (connectionAt(row.connection) || {}).connection_name].filter(Boolean).join(' ') || row.resource_type, cell: (row) => [row.connection !== null ? connectionCell(row.connection) : h('span', { class: 'clip', title: row.resource_name }, row.resource_name ? name(row.resource_name) : 'unknown'), row.resource_type ? h('span', { class: 'sub' }, row.resource_type) : null] },
      { key: 'field_path', label: 'Field', type: 'text', cell: (row) => (row.field_path ? h('span', { class: 'clip', title: row.field_path }, name(row.field_path)) : h('span', { class: 'soft' }, row.unread_because || 'unknown')) },
      fieldValue('old_value', 'Before'), fieldValue('new_value', 'After'),
{ key: 'user_name', label: 'By', type: 'text', value: (row) => [actorOf(row), row.user_email].join(' '), cell: (row) => [h('span', { class: 'clip', title: row.user_email }, name(actorOf(row))), h('span', { class: 'sub' }, { WEB_UI: 'in the dashboard', API: 'through the API', SYSTEM: 'automatically' }[row.interaction_method] || '')] },
      timeColumn('occurred_at', 'When'),
    ],
    filters: [{ label: 'Field', value: (row) => row.field_path, show: (value) => value }, { label: 'By', value: actorOf }, { label: 'Connection', value: (row) => (connectionAt(row.connection) || {}).connection_name, show: (value) => value }],
  });
}

function fieldValue(key, label) {
  return { key, label, type: 'text', cell: (row) => (row[key] === null ? NOTHING : row[key] === '' ? h('span', { class: 'soft' }, 'empty') : h('code', { class: 'clip', title: row[key] }, row[key])) };
}
