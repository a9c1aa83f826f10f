// The only function that makes elements. Children are nodes or texts; a text stays text, so no value is ever read as HTML.

const SVG = 'http://www.w3.org/2000/svg';
const LONG_NAME = 14; // characters

function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'href') setLink(element, value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
}

// Links lead inside the report or to a page on the web, never to a script.
function setLink(element, target) {
  if (target.startsWith('#')) element.setAttribute('href', target);
  else if (/^https?:\/\//i.test(target)) {
    element.setAttribute('href', target);
    element.setAttribute('target', '_blank');
    element.setAttribute('rel', 'noopener noreferrer');
  }
}

// A name from the source, isolated so that it cannot reverse the writing direction of later text.
// A long one may break after a dot, a slash or an underscore, before it breaks anywhere; a sentence or an address does not.
function name(text) {
  const parts = text === null || text === undefined ? [NOTHING] : /[\s@]/.test(text) || text.length < LONG_NAME ? [text] : String(text).split(/(?<=[._/-])(?=\w)/);
  return h('bdi', {}, parts.map((part, place) => [place ? h('wbr') : null, part]));
}

let lastId = 0;
function newId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}
