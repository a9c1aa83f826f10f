// The address after #: a page, then what the reader chose on it (search, sort, filters, columns), so that a link shows the same again.

function addressOf(hash) {
  const [path, query] = hash.replace(/^#/, '').split(/\?(.*)/s);
  const [key, ...rest] = path.split('/');
  return { path, key, id: idIn(rest.join('/')), choices: new URLSearchParams(query || '') };
}

// An address may be cut off in the middle of a character.
function idIn(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}

// The choices on the page that is shown; app.js sets them.
let choices = new URLSearchParams();

// Keeps a choice of a table in the address, without a step in the browser's history. What is as it was at first needs no place there.
function keepChoice(name, value) {
  if (value === null || value === undefined) choices.delete(name);
  else choices.set(name, value);
  showChoices();
}

function showChoices() {
  const { path } = addressOf(location.hash);
  const query = choices.toString();
  const hash = `#${path || 'overview'}${query ? `?${query}` : ''}`;
  if (hash !== location.hash && (query || location.hash.includes('?'))) history.replaceState(history.state, '', hash);
}
