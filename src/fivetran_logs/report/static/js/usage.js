function usagePage() {
  if (!sourceRows('incremental_mar')) {
    return [pageHead('Usage and cost', 'Usage is not known'), note('Usage and cost cannot be shown.', 'They come from the table incremental_mar, which is missing or empty: the account has no active rows yet, every connection is new or paused, or the table is deselected.')];
  }
  const all = rowOf('summary');
  const months = rowsOf('usage_months');
  const hasCost = months.some((row) => row.cost_usd !== null);
  return [
    pageHead('Usage and cost', usageFinding(all), `${capital(format.monthName(AS_OF))} counts up to ${format.timestamp(AS_OF)}, and is compared with the same day of the month before. Fivetran restates the current and the previous month.`),
    unlikeParts('month', `Paid rows in ${format.monthName(AS_OF)} or in ${lastWholeMonth()} only`), unlikeWholeMonths(),
    hasCost ? null : note('Costs are not shown.', 'They come from the table usage_cost, which is missing or empty. Accounts that pay in credits have credits_used instead, which has no dollars per destination.'),
    h('div', { class: 'pair' }, activeRowsChart(months), hasCost ? costChart(months) : shareChart('usage_by_destination', 'destination')),
    h('div', { class: 'pair' }, hasCost ? shareChart('usage_by_destination', 'destination') : null, shareChart('usage_by_connector', 'connector')),
    consumers(hasCost), tables(hasCost),
  ];
}

function usageFinding(all) {
  const rows = `${format.compact(all.paid_rows_month_to_date)} paid rows so far in ${format.monthName(AS_OF)}`;
  if (all.paid_rows_change_share === null) return rows;
  const by = Math.abs(all.paid_rows_change_share) < 0.0005 ? 'as many as' : `${format.share(Math.abs(all.paid_rows_change_share))} ${all.paid_rows_change_share > 0 ? 'more' : 'fewer'} than`;
  const cost = all.cost_month_to_date_usd === null ? '' : `; ${format.usd(all.cost_month_to_date_usd)} billed so far`;
  return `${rows}, ${by} by the same day last month${cost}`;
}

function monthFinding(months, key, what, say) {
  const complete = months.filter((row) => row.is_complete);
  const last = complete[complete.length - 1];
  if (!last) return `${capital(what)} since ${format.month(months[0].month_date)}`;
  const share = last[`${key}_change_share`];
  const changed = share === null ? '' : `, ${changeCell(share)} on the month before`;
  return `${say(last)} in ${format.monthName(last.month_date)}, the last whole month${changed}`;
}

function activeRowsChart(months) {
  return makeChart({
    spec: 'month_bars', title: monthFinding(months, 'paid_rows', 'paid rows', (row) => `${format.compact(row.paid_rows)} paid rows`), note: `Monthly active rows, paid and free; ${monthLabel(months[months.length - 1].month_date)} is the last.`,
    kinds: ['Paid', 'Free'], colours: ['var(--c1)', 'var(--c7)'], y: 'Active rows a month',
    rows: monthRows(months, { paid_rows: 'Paid', free_rows: 'Free' }, (value, kind) => `${format.integer(value)} ${kind.toLowerCase()} rows`),
    tableRows: [...months].reverse(), table: [MONTH_COLUMN, { key: 'paid_rows', label: 'Paid rows', type: 'integer' }, changeColumn('paid_rows_change_share', 'Change'), { key: 'free_rows', label: 'Free rows', type: 'integer' }, { key: 'connections', label: 'Connections', type: 'integer' }],
  });
}

function costChart(months) {
  return makeChart({
    spec: 'month_bars', title: monthFinding(months, 'cost', 'cost', (row) => format.usd(row.cost_usd || 0)), note: `What the rows of a month cost, US dollars; Finance has the whole bills, with charges that have no rows. ${monthLabel(months[months.length - 1].month_date)} is the last.`, kinds: ['Cost'], colours: ['var(--c3)'], y: 'US dollars a month',
    rows: monthRows(months, { cost_usd: 'Cost' }, (value) => format.usd(value)),
    tableRows: [...months].reverse(), table: [MONTH_COLUMN, { key: 'cost_usd', label: 'Cost', type: 'usd' }, changeColumn('cost_change_share', 'Change')],
  });
}

function shareChart(table, what) {
  const rows = rowsOf(table);
  const label = `${what}_name`;
  const place = `${what}_rank`;
  const kinds = [...new Map(rows.map((row) => [row[place], row[label]])).entries()].sort((a, b) => a[0] - b[0]).map(([, text]) => shorten(text));
  return makeChart({
    spec: 'month_bars', title: [kinds.length > 1 ? 'Most paid rows come from ' : 'All paid rows come from ', name(kinds[0])], note: `Paid active rows a month by ${what === 'connector' ? 'kind of source' : what}; colours are ordered by all months shown.`, kinds, y: 'Paid rows a month',
    rows: rows.map((row) => ({ month: monthTick(row.month_date), label: monthLabel(row.month_date), kind: shorten(row[label]), value: row.paid_rows, value_label: `${format.integer(row.paid_rows)} paid rows${row.cost_usd === null ? '' : `, ${format.usd(row.cost_usd)}`}` })),
    tableRows: [...rows].reverse(), table: [MONTH_COLUMN, nameColumn(label, what === 'connector' ? 'Kind of source' : 'Destination'), { key: 'paid_rows', label: 'Paid rows', type: 'integer' }, { key: 'total_rows', label: 'All active rows', type: 'integer' }, { key: 'cost_usd', label: 'Cost', type: 'usd' }],
  });
}

function consumers(hasCost) {
  const rows = rowsOf('connection_months');
  const months = monthsOf(rows);
  const latest = rows.filter((row) => row.month_date === months[0]);
  const top = latest.reduce((best, row) => (!best || row.paid_rows > best.paid_rows ? row : best), null);
  const topName = top && ((connectionAt(top.connection) || {}).connection_name || unmatchedLabel(top));
  const caption = top && top.share_of_paid ? [name(topName), ` has ${format.share(top.share_of_paid)} of the paid rows of ${format.monthName(months[0])}`] : 'Active rows by connection';
  return makeTable({
    key: 'connections',
    caption, note: 'By connection and month, beside the whole month before. A change compares whole months, so an open month has none.', rows,
    columns: [connectionColumn(), nameColumn('destination_name', 'Destination'), { ...MONTH_COLUMN, cell: (row) => h('span', { class: 'whole' }, format.month(row.month_date)) }, countColumn('paid_rows', 'Paid rows'), countColumn('paid_rows_month_before', 'Month before'), changeColumn('paid_rows_change_share', 'Change'),
      { key: 'share_of_paid', label: 'Share of paid', type: 'share' }, countColumn('free_rows', 'Free rows'), ...(hasCost ? [{ key: 'cost_usd', label: 'Cost', type: 'usd' }] : [])],
    filters: [{ label: 'Month', value: (row) => row.month_date, show: format.month, first: months[0], all: 'All months', ordered: true }, { label: 'Destination', value: (row) => row.destination_name }],
  });
}

function tableUsageColumns() {
  return [nameColumn('table_name', 'Table', { cell: (row) => [h('span', { class: 'clip', title: row.table_name }, name(row.table_name)), row.schema_name ? h('span', { class: 'sub' }, name(row.schema_name)) : null], value: (row) => [row.table_name, row.schema_name].filter(Boolean).join(' ') || null }),
    connectionColumn(), { key: 'consumer_rank', label: 'Rank', type: 'integer' }, countColumn('paid_rows', 'Paid rows'), { key: 'share_of_paid', label: 'Share of paid', type: 'share' }, countColumn('total_rows', 'All active rows'),
    changeColumn('total_rows_change_share', 'Against last month'), ...(rowsOf('usage_months').some((row) => row.cost_usd !== null) ? [{ key: 'cost_usd', label: 'Cost', type: 'usd' }] : [])];
}

function tables() {
  const rows = rowsOf('table_usage');
  const total = totalOf('table_usage');
  return makeTable({ key: 'tables', caption: 'Tables that cost most', note: `${monthLabel(`${AS_OF.slice(0, 7)}-01`)}; ${total > rows.length ? `the ${format.integer(rows.length)} largest of ${format.integer(total)} tables` : 'every table'}, most paid rows first. Changes compare with the same days of the month before.`,
    rows, columns: tableUsageColumns(), filters: [{ label: 'Destination', value: (row) => row.destination_name }], empty: `No row has been active in ${format.monthName(AS_OF)} yet.` });
}
