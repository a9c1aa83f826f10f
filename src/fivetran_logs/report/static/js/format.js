// Human formats. Everything is UTC; "ago" is measured from as-of, never from the reader's clock.

const NARROW = '\u202f'; // between a number and its unit, never broken
const NOTHING = '–';
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MONTH_NAMES = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October',
  'November', 'December'];
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const UNITS = [[1e12, 'T'], [1e9, 'B'], [1e6, 'M'], [1e3, 'k']];
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;
// Made once: a page shows thousands of figures, and toLocaleString() looks up the language for each.
const DIGITS = [0, 1, 2].map((most) => new Intl.NumberFormat('en-US', { maximumFractionDigits: most }));
const WITH_DIGITS = [0, 1, 2].map((digits) => new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits }));

const format = {
  integer: (value) => DIGITS[0].format(Math.round(value)),

  // 1.23 M, 12.3 k, 9,512. Three digits are enough; a tooltip has the exact figure.
  compact(value) {
    const size = Math.abs(value);
    if (size < 10000) return Number.isInteger(value) || size >= 100 ? format.integer(value) : value.toFixed(1);
    for (const [unit, name] of UNITS) {
      if (size >= unit * 0.9995) {
        const scaled = value / unit;
        return `${scaled.toFixed(Math.abs(scaled) < 9.995 ? 2 : Math.abs(scaled) < 99.95 ? 1 : 0)}${NARROW}${name}`;
      }
    }
    return format.integer(value);
  },

  number: (value) => DIGITS[Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0].format(value),
  score: (value) => value.toFixed(1),
  ratio: (value) => `${value.toFixed(value < 10 ? 1 : 0)}${NARROW}×`,

  // Never rounds to 100 % or 0 %.
  share(value) {
    const percent = value * 100;
    let text = percent.toFixed(Math.abs(percent) >= 1000 ? 0 : 1);
    if (value < 1 && text === '100.0') text = '99.9';
    if (value > 0 && text === '0.0') return `<${NARROW}0.1${NARROW}%`;
    return `${WITH_DIGITS[text.includes('.') ? 1 : 0].format(Number(text))}${NARROW}%`;
  },

  usd(value) {
    const digits = value && Math.abs(value) < 100 ? 2 : 0;
    return `${value < 0 ? '−' : ''}$${WITH_DIGITS[digits].format(Math.abs(value))}`;
  },

  // 45 s, 3 min 20 s, 3 h 12 min, 2 d 4 h: two units at most.
  seconds(value) {
    if (value < 0.95) return value === 0 ? `0${NARROW}s` : `${value.toFixed(1)}${NARROW}s`;
    const whole = Math.round(value);
    const parts = whole < MINUTE ? [[whole, 's']]
      : whole < HOUR ? [[Math.floor(whole / MINUTE), 'min'], [whole % MINUTE, 's']]
        : whole < 2 * DAY ? [[Math.floor(whole / HOUR), 'h'], [Math.floor(whole % HOUR / MINUTE), 'min']]
          : [[Math.floor(whole / DAY), 'd'], [Math.floor(whole % DAY / HOUR), 'h']];
    return parts.filter(([count], place) => place === 0 || count).map(([count, unit]) => `${count}${NARROW}${unit}`).join(' ');
  },
  minutes: (value) => format.seconds(value * MINUTE),
  hours: (value) => format.seconds(value * HOUR),

  date(text) {
    const [year, month, day] = text.slice(0, 10).split('-').map(Number);
    return `${day} ${MONTHS[month - 1]} ${year}`;
  },
  shortDate(text) {
    const [, month, day] = text.slice(0, 10).split('-').map(Number);
    return `${day} ${MONTHS[month - 1]}`;
  },
  month: (text) => `${MONTHS[Number(text.slice(5, 7)) - 1]} ${text.slice(0, 4)}`,
  monthName: (text) => MONTH_NAMES[Number(text.slice(5, 7)) - 1],
  timestamp: (text) => `${format.date(text)}, ${text.slice(11, 16)} UTC`,

  // now, 25 min ago, 3 h ago, 2 days ago, 5 months ago
  ago(text, now) {
    const seconds = (Date.parse(now) - Date.parse(text)) / 1000;
    if (seconds < 0) return format.timestamp(text);
    if (seconds < MINUTE) return 'just now';
    if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)}${NARROW}min ago`;
    if (seconds < 2 * DAY) return `${Math.floor(seconds / HOUR)}${NARROW}h ago`;
    const days = Math.floor(seconds / DAY);
    if (days < 60) return `${days} days ago`;
    return days < 730 ? `${Math.floor(days / 30.44)} months ago` : `${Math.floor(days / 365.25)} years ago`;
  },

  category: (text) => text.replace(/_/g, ' '),
  text: (text) => text,
  boolean: (value) => (value ? 'yes' : 'no'),
};
format.days_ago = (value) => (value === 0 ? 'today' : value === 1 ? '1 day ago' : `${value} days ago`);

// A value in the format of its column's type; null is a dash, which the table reads to a screen reader as "none".
function show(type, value) {
  return value === null || value === undefined ? NOTHING : (format[type] || format.text)(value);
}

function plural(count, one, many) {
  return `${format.integer(count)} ${count === 1 ? one : many || `${one}s`}`;
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function listed(texts) {
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts[texts.length - 1]}`;
}
