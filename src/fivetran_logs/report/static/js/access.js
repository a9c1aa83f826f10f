// Who can do what today, by which role and through whom.

const LEVELS = { manage: 'warn' }; // what nobody should have by accident

function accessPage() {
  const all = rowOf('access_summary');
  if (!all.people) return [pageHead('Access', 'Who can do what is not known', asOfSentence()), note('There are no roles.', 'The tables resource_membership, role and team_membership are missing or empty: Fivetran fills them where access control by roles is in use.')];
  return [
    pageHead('Access', accessFinding(all), `Roles ${asOfText()}, granted directly, through teams, or for the account or a destination above. Reading and logging in leave no record, so that only roles that write can lie idle.`),
    accessCards(all), accessTable(),
  ];
}

function accessFinding(all) {
  const who = `${plural(all.administrators, 'person', 'people')} of ${format.integer(all.people)} ${all.administrators === 1 ? 'administers' : 'administer'} the account`;
  if (all.deleted_users) return `${who}; ${plural(all.deleted_users, 'deleted user')} still ${all.deleted_users === 1 ? 'holds' : 'hold'} a role`;
  return `${who}; ${format.integer(all.people_who_change)} can change something`;
}

function accessCards(all) {
  return h('div', { class: 'cards' }, [
    card('Administrators', format.integer(all.administrators), null, [`of ${plural(all.people, 'person', 'people')} with a role`, all.new_administrators_last_30d ? `${format.integer(all.new_administrators_last_30d)} of them for less than 30 days` : 'none of them new in 30 days']),
    card('Can change something', format.integer(all.people_who_change), null, ['a connection, a destination or the account', all.dormant_users ? `${format.integer(all.dormant_users)} of them did nothing on record for long` : null]),
    card('To take away', format.integer(all.people_to_review), null, [`${plural(all.deleted_users, 'deleted user')} with a role`, `${plural(all.users_of_gone_roles, 'user')} with a role that is gone`]),
  ]);
}

function accessPerson(row) {
  return row.user_name || row.user_email || 'unknown user';
}

function accessResource(row) {
  return (row.connection !== null && (connectionAt(row.connection) || {}).connection_name) || row.resource_name || row.resource_type;
}

function accessTable() {
  const rows = rowsOf('access_rights');
  const total = totalOf('access_rights');
  return makeTable({
    caption: 'Who can do what', note: `One row for each way in which somebody reaches something; what should be taken away first, then the account, destinations and connections. Choose a person to see all they reach, or a resource to see all who reach it.${total > rows.length ? ` ${format.integer(rows.length)} of ${format.integer(total)}: the mart fct_fivetran_access_control has the others.` : ''}`,
    key: 'rights', rows, open: openAccess,
    columns: [
      { key: 'user_name', label: 'Who', type: 'text', value: (row) => [row.user_name, row.user_email].filter(Boolean).join(' '), cell: (row) => [h('span', { class: 'clip', title: row.user_email }, name(accessPerson(row))), row.is_deleted_user ? h('span', { class: 'chip bad' }, 'Deleted user') : null] },
      { key: 'access_level', label: 'May', type: 'text', value: (row) => row.access_level || 'unknown', cell: (row) => [row.access_level ? h('span', { class: `chip ${LEVELS[row.access_level] || ''}` }, capital(row.access_level)) : h('span', { class: 'soft' }, 'unknown'), row.can_delete ? h('span', { class: 'sub' }, 'and delete') : null] },
      { key: 'resource_name', label: 'What', type: 'text', value: (row) => `${accessResource(row)} ${row.resource_type}`, cell: (row) => [row.connection !== null ? connectionCell(row.connection) : h('span', { class: 'clip', title: row.resource_name }, name(row.resource_name || 'unknown')), h('span', { class: 'sub' }, row.resource_type)] },
      { key: 'role_name', label: 'By the role', type: 'text', cell: (row) => [name(row.role_name), row.is_role_gone ? h('span', { class: 'sub' }, 'the role is gone') : row.is_custom_role ? h('span', { class: 'sub' }, 'custom') : null] },
      { key: 'granted_through', label: 'Through', type: 'text', cell: (row) => [row.granted_through === 'direct' ? 'directly' : name(row.granted_through), row.inherited_from === row.resource_type ? null : h('span', { class: 'sub' }, `for the whole ${row.inherited_from}`)] },
      { key: 'is_dormant', label: 'Idle', type: 'text', value: (row) => (row.is_dormant ? 'yes' : null), cell: (row) => (row.is_dormant ? h('span', { class: 'chip warn' }, 'Idle') : NOTHING) },
    ],
    filters: [{ label: 'Person', value: accessPerson, show: (value) => value }, { label: 'Resource', value: accessResource, show: (value) => value }, { label: 'May', value: (row) => row.access_level || 'unknown', show: format.category }, { label: 'Kind', value: (row) => row.resource_type, show: format.category }, { label: 'Delete', value: (row) => (row.can_delete ? 'may delete' : 'may not') }],
  });
}

function openAccess(row) {
  return pairs([['E-mail', row.user_email ? name(row.user_email) : null], ['Since', row.granted_at ? format.timestamp(row.granted_at) : 'not recorded'],
    ['Last recorded action', row.last_recorded_action_at ? format.timestamp(row.last_recorded_action_at) : 'none'], ['Only connections of type', row.limited_to_connector_types],
    ['Administrator', row.is_administrator ? 'yes, of the whole account' : null]]);
}
