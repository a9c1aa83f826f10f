// A line without axes for a card, with a text that describes it.

function sparkline(values, say) {
  const width = 200;
  const height = 36;
  const known = values.filter((value) => value !== null && value !== undefined);
  if (known.length < 2) return null;
  const low = Math.min(...known);
  const high = Math.max(...known);
  const x = (place) => place / (values.length - 1) * width;
  const y = (value) => (high === low ? height / 2 : height - 3 - (value - low) / (high - low) * (height - 6));
  let path = '';
  let pen = 'M';
  values.forEach((value, place) => {
    if (value === null || value === undefined) { pen = 'M'; return; }
    path += `${pen}${x(place).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = 'L';
  });
  const label = `From ${say(known[0])} to ${say(known[known.length - 1])}; lowest ${say(low)}, highest ${say(high)}.`;
  return svg('svg', { class: 'spark', viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
    svg('title', {}, label), svg('path', { d: path }));
}
