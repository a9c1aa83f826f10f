// A table to take along: as CSV, or copied for a spreadsheet.

const FORMULA = /^[=+\-@\t\r\n]/; // what a spreadsheet would run; `output/spreadsheet.py` has the same

// The value of a cell for other tools: numbers as they are, times in ISO 8601, texts as shown.
function exported(column, row) {
  if (column.exported) return column.exported(row);
  const raw = row[column.key];
  if (typeof raw === 'string' || typeof raw === 'boolean') return raw;
  const value = column.value ? column.value(row) : raw;
  if (typeof value === 'string') return value;
  if (typeof raw === 'number') return raw;
  if (raw === null && !column.value) return null;
  const cell = column.cell ? h('span', {}, column.cell(row)) : null;
  if (!cell || cell.textContent === NOTHING) return null;
  return [...cell.childNodes].map((node) => node.textContent).join(' ').trim();
}

// A text that looks like a formula gets an apostrophe in front, so that no spreadsheet runs it.
function inert(value) {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' && FORMULA.test(value) ? `'${value}` : String(value);
}

function toCsv(columns, rows) {
  const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
  const line = (cells) => cells.map((cell) => quoted(inert(cell))).join(',');
  return [line(columns.map((column) => column.label)), ...rows.map((row) => line(columns.map((column) => exported(column, row))))].join('\r\n');
}

// Tabs between cells, as a spreadsheet takes them from the clipboard.
function toClipboardText(columns, rows) {
  const line = (cells) => cells.map((cell) => inert(cell).replace(/[\t\r\n]+/g, ' ')).join('\t');
  return [line(columns.map((column) => column.label)), ...rows.map((row) => line(columns.map((column) => exported(column, row))))].join('\n');
}

function saveFile(fileName, text) {
  const url = URL.createObjectURL(new Blob(['\ufeff', text], { type: 'text/csv;charset=utf-8' })); // the mark tells Excel that it is UTF-8
  const link = h('a', { download: fileName });
  link.href = url;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch { // not every browser lets a file write the clipboard
    const area = h('textarea', { 'aria-hidden': 'true', class: 'unseen' });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}

// A button that copies a text and says so.
function copyButton(label, text) {
  const said = h('span', { 'aria-live': 'polite', class: 'soft small' });
  const button = h('button', { type: 'button', class: 'tool', onclick: async () => {
    said.textContent = await copyText(text()) ? ' Copied' : ' Not allowed here';
    setTimeout(() => { said.textContent = ''; }, 4000);
  } }, label);
  return [button, said];
}
