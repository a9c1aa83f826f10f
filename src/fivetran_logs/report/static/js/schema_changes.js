function schemaPage() {
  const all = rowOf('summary');
  const rows = rowsOf('schema_changes');
  const total = totalOf('schema_changes');
  const missing = noLog('Schema changes');
  const events = ['source_column_change_event', 'destination_column_change_event', 'source_table_change_event'].some(sourceRows);
  const fromLog = events ? null : note('Read from the log alone.', 'The *_change_event tables are missing or empty: only accounts on the Enterprise plan have them. The log records changes to schemas and tables, and dropped columns. It lacks most type changes and the downstream tables.');
  if (missing) return [pageHead('Schema changes', 'Schema changes are not known'), missing];
  if (!rows.length) return [pageHead('Schema changes', `No schema change in ${latestDays()}`, asOfSentence()), fromLog];
  const breaking = rows.filter((row) => row.is_breaking && row.connection !== null);
  const where = [...new Set(breaking.map((row) => row.connection))].slice(0, 1).map((number) => connectionAt(number).connection_name);
  const finding = all.breaking_changes_last_30d ? [`${plural(all.breaking_changes_last_30d, 'breaking schema change')} in the last 30 days`, where.length ? ', the latest on ' : '', where.length ? name(where[0]) : ''] : 'No breaking schema change in the last 30 days';
  return [
    pageHead('Schema changes', finding, `A change is breaking if queries on the object can fail: it was dropped, renamed, or changed to a type that cannot hold all old values. ${asOfSentence()}`),
    fromLog, changeCharts(),
    makeTable({
      key: 'changes',
      caption: 'Every change, breaking ones first', note: `${capital(latestDays())}; ${total > rows.length ? `${format.integer(rows.length)} of ${format.integer(total)}, all breaking ones among the first` : 'all of them'}.`, rows, columns: schemaColumns(),
      filters: [{ label: 'Breaking', value: (row) => (row.is_breaking ? 'yes' : 'no') }, { label: 'Change', value: (row) => row.change_type, show: format.category }, { label: 'Of', value: (row) => row.change_level }, { label: 'Side', value: (row) => row.side }, { label: 'Impact', value: (row) => row.impact_level }],
    }),
  ];
}

function changeCharts() {
  const days = rowsOf('schema_change_days');
  const chart = (title, noteText, wanted, kinds, colours) => {
    const rows = days.filter((row) => wanted.includes(row.kind));
    if (!rows.length) return h('section', { class: 'panel' }, h('h2', {}, title), h('p', { class: 'soft' }, 'None.'));
    return makeChart({ spec: 'day_bars', title, note: noteText, kinds, colours, y: 'Changes a day',
      rows: rows.map((row) => ({ day: Date.parse(dayOf(row.days_ago)), label: format.date(dayOf(row.days_ago)), kind: KIND_NAMES[row.kind], value: row.changes, value_label: `${plural(row.changes, 'change')}, ${KIND_NAMES[row.kind].toLowerCase()}` })),
      tableRows: [...rows].reverse(), table: [DAY_COLUMN, { key: 'kind', label: 'Kind', type: 'text', cell: (row) => KIND_NAMES[row.kind] }, { key: 'changes', label: 'Changes', type: 'integer' }] });
  };
  const breakingDays = days.filter((row) => row.kind === 'breaking').length;
  return h('div', { class: 'pair' }, chart(breakingDays ? `Breaking changes came on ${plural(breakingDays, 'day')}` : `No breaking change in ${latestDays()}`, `Breaking changes a day, ${latestDays()}.`, ['breaking'], ['Breaking'], ['var(--c5)']),
    chart(fullestDay(days.filter((row) => row.kind !== 'breaking')), `Other changes a day, ${latestDays()}: a new connection or table adds all of its columns at once.`, ['added', 'other'], ['Added', 'Other'], ['var(--c1)', 'var(--c2)']));
}

function fullestDay(rows) {
  if (!rows.length) return `Nothing was added in ${latestDays()}`;
  const byDay = new Map();
  for (const row of rows) byDay.set(row.days_ago, (byDay.get(row.days_ago) || 0) + row.changes);
  const [day, changes] = [...byDay].reduce((best, each) => (each[1] > best[1] ? each : best));
  return `Other changes peaked on ${format.shortDate(dayOf(day))}: ${format.integer(changes)} that day`;
}

const KIND_NAMES = { breaking: 'Breaking', added: 'Added', other: 'Other' };

function schemaColumns() {
  const object = (row) => [row.schema_name, row.table_name, row.column_name].filter(Boolean).join('.');
  return [
    { key: 'object', label: 'Object', type: 'text', value: object, cell: (row) => [h('span', { class: 'clip', title: object(row) }, name(object(row) || 'unknown')), h('span', { class: 'sub' }, `${row.change_level}, ${row.side}`)] },
    connectionColumn(),
    { key: 'change_type', label: 'Change', type: 'text', cell: (row) => [row.is_breaking ? h('span', { class: 'chip bad' }, `Breaking: ${format.category(row.change_type)}`) : capital(format.category(row.change_type)),
      row.previous_column_name ? h('span', { class: 'sub' }, ['probably, from ', name(row.previous_column_name)]) : row.previous_data_type || row.new_data_type ? h('span', { class: 'sub' }, name(row.change_type === 'added' ? row.new_data_type : [row.previous_data_type || 'unknown type', row.new_data_type].filter(Boolean).join(' → '))) : null] },
    chipColumn('impact_level', 'Impact', IMPACT_STYLES, ['high', 'medium', 'low']),
    { key: 'downstream_columns', label: 'Downstream', type: 'integer', cell: (row) => (row.downstream_columns === null && row.downstream_tables === null ? h('span', { class: 'soft' }, 'unknown') : row.downstream_columns !== null ? plural(row.downstream_columns, 'column') : plural(row.downstream_tables, 'table')) },
    timeColumn('change_detected_at', 'Noticed'),
  ];
}
