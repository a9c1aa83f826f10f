// What was paid, who caused it, what the month will end at, and whether that is within budget. Every figure says whether it is billed,
// allocated (a bill divided among those who caused it) or projected.

const BUDGET_STYLES = { over: 'bad', at_risk: 'warn', within: 'good' };
const SCOPES = ['account', 'destination', 'team', 'connection'];

function financePage() {
  const months = rowsOf('spend_months');
  const open = months.find((row) => row.stage === 'open') || {};
  if (!months.some((row) => row.billed_usd !== null || (row.estimated_usd !== null && row.estimated_usd !== undefined))) {
    const why = months.some((row) => row.credits !== null)
      ? 'The account pays in credits (table credits_used). Set the variable fivetran_logs_usd_per_credit to see dollars.'
      : sourceRows('incremental_mar') ? 'They come from the table usage_cost, which is missing or empty.' : 'They come from the tables usage_cost and incremental_mar, which are missing or empty.';
    return [pageHead('Finance', 'Costs are not known'), note('Costs cannot be shown.', why)];
  }
  return [
    pageHead('Finance', financeFinding(open), `As of ${format.timestamp(AS_OF)}. Billed: from Fivetran's bills. Allocated: a bill divided among those who caused it; the parts sum to the bill. Projected: an estimate, with the range that 80${NARROW}% of months should end in.`),
    unlikeWholeMonths(),
    financeCards(months, open), spendChart(months, open), teamTable(), budgetTable(), unitTable(), changeTable(),
  ];
}

function financeFinding(open) {
  const month = capital(format.monthName(AS_OF));
  if (open.projected_usd === null || open.projected_usd === undefined) return `${month} has cost ${format.usd(toDate(open) || 0)} so far`;
  const end = `${month} will end at about ${format.usd(open.projected_usd)}`;
  if (open.budget_gap_usd === null) return end;
  return `${end}, ${format.usd(Math.abs(open.budget_gap_usd))} ${open.budget_gap_usd > 0 ? 'over' : 'under'} the budget of ${format.usd(open.budget_usd)}`;
}

// The bills of the open month, and an estimate of destinations that have none of it yet
function toDate(open) {
  if (isUnknown(open.billed_usd) && isUnknown(open.estimated_usd)) return null;
  return (open.billed_usd || 0) + (open.estimated_usd || 0);
}

function isUnknown(value) {
  return value === null || value === undefined;
}

// What a part of the open month is called: a part of its bills, or an estimate as long as none has come
function partToDate() {
  const open = rowsOf('spend_months').find((row) => row.stage === 'open') || {};
  if (isUnknown(open.billed_usd)) return 'Projected to date (no bill yet)';
  return open.estimated_usd ? 'Allocated and projected to date' : 'Allocated to date';
}

function whatIsBilled(open) {
  if (isUnknown(open.billed_usd)) return 'projected: no bill has come yet';
  return open.estimated_usd ? `${format.usd(open.billed_usd)} billed so far, the rest projected: some destinations have no bill yet` : 'billed so far';
}

function range(row) {
  return row.projected_low_usd === null || row.projected_low_usd === undefined ? null : `between ${format.usd(row.projected_low_usd)} and ${format.usd(row.projected_high_usd)}`;
}

function financeCards(months, open) {
  const billed = months.filter((row) => row.stage === 'billed' && row.billed_usd !== null);
  const last = billed[billed.length - 1];
  const ahead = months.filter((row) => row.stage === 'ahead' && row.projected_usd !== null);
  const over = rowsOf('budget_lines').filter((row) => row.status === 'over').length;
  const used = rowsOf('budget_lines').filter(isUsedUp).length;
  return h('div', { class: 'cards' }, [
    card(`${capital(format.monthName(AS_OF))} to date`, toDate(open) === null ? NOTHING : format.usd(toDate(open)), null, [whatIsBilled(open)]),
    open.credits ? card(`${capital(format.monthName(AS_OF))} in credits`, format.integer(open.credits), null, ['billed so far', h('span', { class: 'soft' }, 'in dollars only with fivetran_logs_usd_per_credit')]) : null,
    open.projected_usd === null || open.projected_usd === undefined ? null : card('Month end', format.usd(open.projected_usd), null, ['projected', range(open), open.projected_transformations_usd ? h('span', { class: 'soft' }, `${format.usd(open.projected_transformations_usd)} of it for transformations`) : null]),
    rowsOf('budget_lines').length ? card('Budgets exceeded', format.integer(over), null, [`projected, of ${format.integer(rowsOf('budget_lines').length)} this month`, used ? `${format.integer(used)} used up already` : null]) : null,
    last ? card('Last whole month', format.usd(last.billed_usd), null, [`billed for ${format.monthName(last.month_date)}`,
      changeOfShare(last.billed_change_share, 'less is better'), last.billed_change_share === null ? null : h('span', { class: 'soft' }, 'than the month before')]) : null,
    ...ahead.map((row) => card(capital(format.monthName(row.month_date)), format.usd(row.projected_usd), null, ['projected', range(row)])),
  ].filter(Boolean));
}

function spendChart(months, open) {
  const label = (row) => (row.stage === 'ahead' ? `${format.monthName(row.month_date)} ${row.month_date.slice(0, 4)}` : monthLabel(row.month_date));
  const bars = months.flatMap((row) => [['Billed', row.billed_usd, row.billed_usd === null ? '' : `${format.usd(row.billed_usd)} billed`], ['Projected', row.projected_rest_usd, row.projected_usd === null ? '' : `${format.usd(row.projected_usd)} projected, ${range(row)}`]]
    .filter(([, value]) => value !== null).map(([kind, value, text]) => ({ month: format.month(row.month_date), label: label(row), kind, value, value_label: text })));
  const ahead = months.filter((row) => row.stage === 'ahead' && row.projected_usd !== null);
  return makeChart({
    spec: 'month_bars', title: ahead.length ? `${format.usd(ahead[ahead.length - 1].projected_usd)} in ${format.monthName(ahead[ahead.length - 1].month_date)}, if usage goes on like this` : 'Bills by month', note: `Dollars a month. ${open.billed_usd === null || open.billed_usd === undefined ? 'The open month has no bill yet: all of it is projected.' : 'The open month is billed to date; what is projected comes on top.'} Paid rows and model runs of transformations are projected; other charges without rows count as they stand so far, and not in the months ahead.`,
    kinds: ['Billed', 'Projected'], colours: ['var(--c3)', 'var(--c7)'], y: 'US dollars a month', rows: bars,
    tableRows: [...months].reverse(), table: [{ key: 'month_date', label: 'Month', type: 'text', cell: label }, { key: 'billed_usd', label: 'Billed', type: 'usd' }, { key: 'projected_usd', label: 'Projected', type: 'usd' },
      { key: 'projected_low_usd', label: 'Projected low', type: 'usd' }, { key: 'projected_high_usd', label: 'Projected high', type: 'usd' }, { key: 'budget_usd', label: 'Budget', type: 'usd' },
      ...(months.some((row) => row.transformations_usd !== null || row.projected_transformations_usd !== null) ? [{ key: 'transformations_usd', label: 'Transformations, allocated', type: 'usd' }, { key: 'projected_transformations_usd', label: 'Transformations, projected', type: 'usd' }] : [])],
  });
}

function teamTable() {
  const rows = rowsOf('team_costs');
  const first = rows.find((row) => row.team);
  if (!first) return note('Costs by team are not shown.', 'No connection has an owner yet: fill the seed fivetran_connection_owners.');
  const share = first.share_of_cost ? ` causes ${format.share(first.share_of_cost)} of the cost of ${format.monthName(AS_OF)}` : ' causes most';
  return makeTable({
    key: 'teams',
    caption: [name(first.team), share], note: 'Allocated dollars of the open month and of the last whole one; projected to the end of the month. The query chargeback gives the statement of each team.', rows,
    columns: [nameColumn('team', 'Team', { value: (row) => row.team || 'no team', cell: (row) => (row.team ? name(row.team) : h('span', { class: 'soft' }, 'no team')) }), { key: 'cost_to_date_usd', label: partToDate(), type: 'usd' }, { key: 'projected_usd', label: 'Projected end', type: 'usd' },
      { key: 'budget_usd', label: 'Budget', type: 'usd' }, { key: 'budget_status', label: 'Status', type: 'text', cell: (row) => (row.budget_status ? chip(BUDGET_STYLES, row.budget_status) : NOTHING) },
      { key: 'cost_last_month_usd', label: 'Allocated last month', type: 'usd' }, countColumn('paid_rows', 'Paid rows'), { key: 'connections', label: 'Connections', type: 'integer' }],
  });
}

function isUsedUp(row) {
  return row.exhausted_on !== null && row.exhausted_on <= AS_OF.slice(0, 10);
}

function budgetTable() {
  const rows = rowsOf('budget_lines');
  if (!rows.length) return note('There are no budgets.', 'Fill the seed fivetran_budgets to see whether the month stays within them.');
  const amount = (key) => (row) => (row[key] === null ? NOTHING : row.unit === 'usd' ? format.usd(row[key]) : exact(row[key], format.compact(row[key])));
  const over = rows.filter((row) => row.status === 'over');
  const amountColumn = (key, label) => ({ key, label, type: 'number', cell: amount(key) });
  const unitColumn = { key: 'unit', label: 'In', type: 'text', cell: (row) => (row.unit === 'usd' ? 'dollars' : 'paid rows') };
  return makeTable({
    key: 'budgets',
    caption: over.length ? `${over.length === 1 ? 'One budget' : `${format.integer(over.length)} budgets`} will be exceeded` : 'Every budget lasts', note: `Budgets of the month in dollars or paid rows. To date: dollars are ${partToDate().toLowerCase().replace(' to date', '')}, rows are counted. Projected to the end of the month, with the range that 80${NARROW}% of months should end in.`, rows,
    columns: [{ key: 'scope_type', label: 'Budget of', type: 'text', value: (row) => SCOPES.indexOf(row.scope_type), exported: (row) => [row.scope_type, row.scope].filter(Boolean).join(': '), cell: (row) => [h('span', {}, row.scope ? name(row.scope) : 'The account'), h('span', { class: 'sub' }, row.note || row.scope_type)] },
      { key: 'status', label: 'Status', type: 'text', cell: (row) => (row.status ? chip(BUDGET_STYLES, row.status) : NOTHING) }, unitColumn, amountColumn('budget', 'Budget'), amountColumn('spent_to_date', 'To date'), amountColumn('projected', 'Projected end'),
      amountColumn('projected_low', 'Projected low'), amountColumn('projected_high', 'Projected high'), { key: 'exhausted_on', label: 'Used up on', type: 'text', cell: (row) => (row.exhausted_on ? [h('span', {}, format.date(row.exhausted_on)), isUsedUp(row) ? '' : h('span', { class: 'sub' }, 'projected')] : NOTHING) }],
  });
}

function unitTable() {
  const rows = rowsOf('unit_costs');
  const whole = rows.filter((row) => row.stage === 'billed');
  const [last, before] = whole;
  const caption = last && last.cost_per_million_rows_usd !== null
    ? `A million paid rows cost ${format.usd(last.cost_per_million_rows_usd)} in ${format.monthName(last.month_date)}${before && before.cost_per_million_rows_usd !== null ? `, ${format.usd(before.cost_per_million_rows_usd)} the month before` : ''}` : 'What a row, a connection and a table cost';
  return makeTable({
    caption, note: 'Allocated dollars of the account, by month; the open month to date. What changed the bill from month to month: by rows, more or fewer of them; by price, what a row costs within connections, and charges without rows; by mix, rows that moved between cheap and dear connections. The three add up to the change.',
    key: 'unit_costs', rows, search: false, empty: 'No month has a cost.',
    columns: [{ key: 'month_date', label: 'Month', type: 'text', cell: (row) => monthLabel(row.month_date) }, { key: 'cost_usd', label: 'Allocated', type: 'usd' },
      { key: 'cost_per_million_rows_usd', label: 'A million rows', type: 'usd' }, { key: 'cost_per_connection_usd', label: 'A connection', type: 'usd' }, { key: 'cost_per_table_usd', label: 'A table in use', type: 'usd' },
      signedColumn('change_usd', 'Change'), signedColumn('change_by_rows_usd', 'By rows'), signedColumn('change_by_price_usd', 'By price'), signedColumn('change_by_mix_usd', 'By mix'),
      countColumn('paid_rows', 'Paid rows'), { key: 'connections', label: 'Connections', type: 'integer' }, { key: 'tables_in_use', label: 'Tables', type: 'integer' }],
  });
}

function signed(value) {
  return `${value > 0 ? '+' : value < 0 ? '−' : ''}${format.usd(Math.abs(value))}`;
}

function signedColumn(key, label) {
  return { key, label, type: 'usd', cell: (row) => (row[key] === null ? NOTHING : signed(row[key])) };
}

const CHARGES = { transformation: 'model runs of transformations', adjustment: 'adjustment', unallocated: 'bill without usage', activation: 'activations' };

function chargeLabel(row) {
  return (connectionAt(row.connection) || {}).connection_name || row.unmatched_name || CHARGES[row.charge_kind] || null;
}

function changeTable() {
  const rows = rowsOf('cost_changes');
  const top = rows[0];
  const topName = top && chargeLabel(top);
  const caption = top ? [name(topName), ` changed the bill of ${lastWholeMonth()} most: ${signed(top.change_usd)}`] : 'What changed the bill';
  return makeTable({
    key: 'changes',
    caption, note: 'The last whole month against the one before, allocated. Change by rows: more or fewer paid rows at the old price a row. Change by price: what the new price a row adds, and charges without rows.', rows, empty: 'No change between the last two whole months.',
    columns: [connectionColumn({ value: chargeLabel, cell: (row) => connectionCell(row.connection, chargeLabel(row)) }), nameColumn('destination_name', 'Destination'), { key: 'change_usd', label: 'Change', type: 'usd', cell: (row) => [signed(row.change_usd), row.cost_before_usd ? (row.cost_usd ? null : h('span', { class: 'sub' }, 'gone')) : h('span', { class: 'sub' }, 'new')] }, signedColumn('change_by_rows_usd', 'By rows'), signedColumn('change_by_price_usd', 'By price'),
      { key: 'cost_usd', label: 'Allocated', type: 'usd' }, { key: 'cost_before_usd', label: 'Month before', type: 'usd' }, countColumn('paid_rows', 'Paid rows'), countColumn('paid_rows_before', 'Rows before')],
  });
}
