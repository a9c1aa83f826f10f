// Where each column comes from and where it goes: of the account's lineage the part that the file holds, what most hangs on first.

function lineagePage() {
  const all = rowOf('lineage_summary');
  const rows = rowsOf('lineage');
  if (!rows.length) {
    return [pageHead('Lineage', 'Nothing is known of where columns go', asOfSentence()),
      note('Lineage is not known.', 'The tables column_lineage, source_column and destination_column are missing or empty: only accounts on the Enterprise plan have them.')];
  }
  const left = totalOf('lineage') - rows.length;
  return [
    pageHead('Lineage', lineageFinding(all), `Where each column comes from and where it goes, ${asOfText()}.`),
    lineageCards(all),
    makeTable({
      key: 'lineage',
      caption: 'Both ends of each column', rows, columns: lineageColumns(all), open: openLineage, opens: (row) => row.downstream_models || row.downstream_exposures || row.source_column_name || row.destination_column_name, openLabel: 'Both ends',
      note: `Search for a column, a table or a schema on either side. ${left ? `${format.integer(rows.length)} of ${format.integer(totalOf('lineage'))} columns, those that most depends on first; fivetran-logs lineage NAME knows the other ${format.integer(left)}.` : 'All columns that the metadata lists.'}`,
      filters: [{ label: 'Connection', value: (row) => (connectionAt(row.connection) || {}).connection_name || 'unknown' }, { label: 'Known', value: endsOf, show: (value) => value }, { label: 'Key', value: keyOf }],
    }),
  ];
}

function lineageFinding(all) {
  if (all.read_tables === null || all.read_tables === undefined) return `${plural(all.linked_columns, 'column')} of ${plural(all.connections, 'connection')} reach their destination`;
  if (all.unread_tables) return `${plural(all.unread_tables, 'table')} that nothing in your dbt project reads, ${format.integer(all.read_tables)} that something does`;
  return `Your dbt project reads all ${plural(all.read_tables, 'table')}`;
}

function lineageCards(all) {
  return h('div', { class: 'cards' }, [
    card('Columns linked', format.integer(all.linked_columns), null, [`in ${plural(all.linked_tables, 'table')} of ${plural(all.connections, 'connection')}`]),
    card('At one end only', format.integer(all.one_sided_columns), null, [`${format.integer(all.source_only_columns)} not synced, ${format.integer(all.destination_only_columns)} made by Fivetran or without a source`]),
    all.read_tables === null || all.read_tables === undefined ? card('Read by dbt', NOTHING, null, ['unknown: fivetran-logs build --manifest tells it']) : card('Read by dbt', plural(all.read_tables, 'table'), null, [`${format.integer(all.tables_of_exposures)} of them behind a dashboard`]),
  ]);
}

function pathOf(row, side) {
  return [row[`${side}_schema_name`], row[`${side}_table_name`], row[`${side}_column_name`]].map((part) => part || '?').join('.');
}

function endsOf(row) {
  return row.source_column_name === null ? 'destination only' : row.destination_column_name === null ? 'source only' : 'both ends';
}

function keyOf(row) {
  return row.is_source_primary_key ? 'primary key' : row.is_source_foreign_key ? 'foreign key' : 'no key';
}

function lineageColumns(all) {
  const end = (side, label) => ({
    key: `${side}_column_name`, label, type: 'text', value: (row) => (row[`${side}_column_name`] === null ? null : pathOf(row, side)),
    cell: (row) => (row[`${side}_column_name`] === null ? h('span', { class: 'soft' }, side === 'source' ? 'no source' : 'not synced')
      : [h('span', { class: 'clip', title: pathOf(row, side) }, name(row[`${side}_column_name`])), h('span', { class: 'sub' }, [name([row[`${side}_schema_name`], row[`${side}_table_name`]].map((part) => part || '?').join('.')), row[`${side}_data_type`] ? `, ${row[`${side}_data_type`]}` : ''])]),
  });
  const columns = [connectionColumn(), end('source', 'Comes from'), end('destination', 'Goes to'),
    { key: 'key', label: 'Key', type: 'text', value: keyOf, cell: (row) => (keyOf(row) === 'no key' ? NOTHING : keyOf(row)) }];
  if (all.read_tables === null || all.read_tables === undefined) return columns;
  return [...columns, { key: 'downstream_models', label: 'Models', type: 'integer' }, { key: 'downstream_exposures', label: 'Dashboards', type: 'integer' }];
}

function openLineage(row) {
  return pairs([['From', row.source_column_name ? name(pathOf(row, 'source')) : null], ['To', row.destination_column_name ? [name(pathOf(row, 'destination')), row.destination_name ? [' in ', name(row.destination_name)] : null] : null],
    ['Types', [row.source_data_type, row.destination_data_type].filter(Boolean).join(' → ')], ['Models that read the table', row.downstream_model_names ? name(row.downstream_model_names) : null],
    ['Dashboards behind them', row.downstream_exposure_names ? name(row.downstream_exposure_names) : null], ['Their owners', row.downstream_owners ? name(row.downstream_owners) : null]]);
}
