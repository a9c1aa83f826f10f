// The report's data from the file (docs/report.md), read once. Rows become objects when a page needs them.

// Data and chart library are compressed (page.py packs them); every browser since 2023 unpacks them itself.
async function unpack(id) {
  try {
    const text = atob(document.getElementById(id).textContent);
    const bytes = new Uint8Array(text.length);
    for (let place = 0; place < text.length; place += 1) bytes[place] = text.charCodeAt(place);
    return await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
  } catch (error) {
    document.getElementById('main').replaceChildren(h('h1', {}, 'The figures cannot be read'), h('p', {}, window.DecompressionStream ? 'A part of this file is missing or was changed on its way: ask for it again.'
      : 'This browser is too old: open the file in a newer one.'));
    throw error;
  }
}

const report = JSON.parse(await unpack('report-data'));
const chartLibrary = await unpack('chart-library'); // now, so that a print that comes at once need not wait for it
const AS_OF = report.as_of;
const AS_OF_DAY = Date.parse(`${AS_OF.slice(0, 10)}T00:00:00Z`);
const decoded = new Map();
const grouped = new Map();

function columnsOf(table) {
  return report.tables[table].columns;
}

function toObject(columns, row) {
  const object = {};
  columns.forEach((column, place) => {
    const cell = row[place];
    object[column.name] = column.values && cell !== null ? column.values[cell] : cell;
  });
  return object;
}

// All rows of a table as objects, categories as their texts.
function rowsOf(table) {
  if (!decoded.has(table)) {
    const columns = columnsOf(table);
    decoded.set(table, report.tables[table].rows.map((row) => toObject(columns, row)));
  }
  return decoded.get(table);
}

function rowOf(table) {
  return rowsOf(table)[0] || {};
}

// The rows of a table that refer to one row of another, found without decoding the rest.
function rowsFor(table, column, number) {
  const key = `${table}.${column}`;
  if (!grouped.has(key)) {
    const place = columnsOf(table).findIndex((each) => each.name === column);
    const groups = new Map();
    for (const row of report.tables[table].rows) {
      if (!groups.has(row[place])) groups.set(row[place], []);
      groups.get(row[place]).push(row);
    }
    grouped.set(key, groups);
  }
  const columns = columnsOf(table);
  return (grouped.get(key).get(number) || []).map((row) => toObject(columns, row));
}

// The full number of rows of a table that the file cuts off.
function totalOf(table) {
  const content = report.tables[table];
  return content.total_rows === undefined ? content.rows.length : content.total_rows;
}

function connectionAt(number) {
  return number === null || number === undefined ? null : rowsOf('connections')[number];
}

// A connection's page is addressed by its id, so that a link survives the next report.
function connectionLink(number) {
  const connection = connectionAt(number);
  return connection ? `#connection/${encodeURIComponent(connection.connection_id)}` : null;
}

function dayOf(daysAgo) {
  return new Date(AS_OF_DAY - daysAgo * DAY * 1000).toISOString().slice(0, 10);
}

function sourceRows(table) {
  const found = rowsOf('source_tables').find((row) => row.table_name === table);
  return found ? found.row_count : 0;
}
