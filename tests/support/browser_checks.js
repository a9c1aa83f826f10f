// What tests ask of a report that is open: injected before its own script, so that its content policy stands.

window.reportChecks = (() => {
  const seen = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0; // not what closed details hold
  const textOf = (id) => (document.getElementById(id) || { textContent: '' }).textContent;

  // Rows of a table by the labels of their columns: text without its second line, tooltip, name.
  function cells(body) {
    const words = (cell) => [...cell.childNodes].filter((node) => !(node.classList && (node.classList.contains('sub') || node.classList.contains('unseen'))))
      .map((node) => node.textContent).join(' ').trim();
    return [...body.rows].filter((row) => !row.classList.contains('detail') && row.querySelector('[data-label]')).map((row) =>
      Object.fromEntries([...row.cells].filter((cell) => cell.dataset.label).map((cell) => [cell.dataset.label,
        [words(cell), (cell.querySelector('[title]') || cell).getAttribute('title'), (cell.querySelector('bdi') || cell).textContent.trim()]])));
  }

  function nameOf(element) {
    return (element.getAttribute('aria-label')
      || (element.getAttribute('aria-labelledby') || '').split(' ').filter(Boolean).map(textOf).join(' ')
      || [...(element.labels || [])].map((label) => label.textContent).join(' ')
      || (element.tagName === 'SELECT' ? '' : element.textContent)).trim();
  }

  // What a screen reader or a keyboard would stumble over.
  function accessibility() {
    const wrong = [];
    const say = (what, element) => wrong.push(`${what}: ${element.outerHTML.slice(0, 160)}`);
    const each = (selector, look) => [...document.querySelectorAll(selector)].filter(seen).forEach(look);
    if (!document.documentElement.lang) wrong.push('the document has no language');
    if (!document.title) wrong.push('the document has no title');
    for (const landmark of ['main', 'nav', 'header', 'footer']) if (!document.querySelector(landmark)) wrong.push(`no ${landmark}`);
    const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
    ids.filter((id, place) => ids.indexOf(id) !== place).forEach((id) => wrong.push(`id twice: ${id}`));
    each('a, button, input, select, summary, table, section, nav, [role=img], [role=region], [role=group]', (element) => {
      if (!nameOf(element)) say('no name', element);
    });
    each('a', (element) => { if (!element.getAttribute('href')) say('no target', element); });
    for (const attribute of ['aria-controls', 'aria-labelledby', 'aria-describedby']) {
      each(`[${attribute}]`, (element) => {
        for (const id of element.getAttribute(attribute).split(' ')) if (!document.getElementById(id)) say(`${attribute} leads nowhere`, element);
      });
    }
    each('th', (head) => {
      if (!head.getAttribute('scope')) say('head without scope', head);
      if (!head.textContent.trim()) say('empty head', head);
    });
    const headings = [...document.querySelectorAll('h1, h2, h3, h4')].filter(seen);
    if (headings.filter((heading) => heading.tagName === 'H1').length !== 1) wrong.push('not one h1');
    headings.reduce((level, heading) => {
      if (Number(heading.tagName[1]) > level + 1) say('heading skips a level', heading);
      if (!heading.textContent.trim()) say('empty heading', heading);
      return Number(heading.tagName[1]);
    }, 0);
    each('svg', (element) => {
      if (!element.closest('[aria-hidden=true]') && !(element.getAttribute('role') === 'img' && nameOf(element))) say('picture without words', element);
    });
    return wrong;
  }

  const parse = (text) => {
    const found = text.match(/[\d.]+/g).map(Number);
    return { rgb: found.slice(0, 3), alpha: found.length > 3 ? found[3] : 1 };
  };
  const channel = (value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = (rgb) => 0.2126 * channel(rgb[0]) + 0.7152 * channel(rgb[1]) + 0.0722 * channel(rgb[2]);
  const over = (top, alpha, bottom) => top.map((value, place) => value * alpha + bottom[place] * (1 - alpha));

  // The colour painted behind an element, layer by layer.
  function behind(element) {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      const colour = parse(getComputedStyle(each).backgroundColor);
      if (colour.alpha > 0) layers.push(colour);
      if (colour.alpha === 1) break;
    }
    return layers.reverse().reduce((below, layer) => over(layer.rgb, layer.alpha, below), [255, 255, 255]);
  }

  // Texts whose contrast is under what WCAG AA asks: 4.5, or 3 for large ones. Disabled buttons are exempt.
  function contrast() {
    const low = {};
    let measured = 0;
    for (const element of document.querySelectorAll('body *')) {
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      if (!own || !seen(element) || element.closest('.unseen, script, noscript, style, button:disabled, option')) continue;
      const style = getComputedStyle(element);
      if (style.opacity === '0') continue; // labels of an axis that do not fit
      const back = behind(element.ownerSVGElement ? element.ownerSVGElement.parentElement : element);
      const ink = parse(element.ownerSVGElement ? style.fill : style.color);
      const [high, lower] = [luminance(over(ink.rgb, ink.alpha * Number(style.opacity), back)), luminance(back)].sort((a, b) => b - a);
      const ratio = (high + 0.05) / (lower + 0.05);
      const size = parseFloat(style.fontSize);
      const needed = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
      measured += 1;
      if (ratio < needed) low[`${element.tagName}.${element.getAttribute('class')}`] = `${ratio.toFixed(2)}: ${element.textContent.trim().slice(0, 40)}`;
    }
    return measured ? Object.entries(low).map(([which, what]) => `${which} ${what}`) : ['nothing was measured'];
  }

  // Charts that are not drawn or are empty, or whose axes or notes do not name their measure.
  async function charts() {
    await scrollThrough();
    return [...document.querySelectorAll('figure.chart')].filter(seen).flatMap((figure) => {
      const title = figure.querySelector('h2').textContent;
      const picture = figure.querySelector('.draw svg');
      if (!picture) return [`${title}: not drawn`];
      const texts = (selector) => [...picture.querySelectorAll(selector)].map((text) => text.textContent);
      const wrong = [];
      if (!picture.querySelector('.mark-rect path, .mark-line path, .mark-symbol path')) wrong.push('nothing in it');
      if (picture.querySelector('.role-frame .background').getBoundingClientRect().width < picture.clientWidth / 3) wrong.push('no room for what is in it');
      if (!texts('.role-axis-title text').length || texts('.role-axis-title text').some((text) => !text)) wrong.push('an axis without a title');
      if (!texts('.role-axis-label text').length || texts('.role-axis-label text').some((text) => /NaN|undefined|null|Invalid|\d[mµn]$/.test(text))) wrong.push(`labels ${texts('.role-axis-label text')}`);
      if (!/day|month/i.test(figure.querySelector('.soft').textContent)) wrong.push('no window');
      return wrong.map((what) => `${title}: ${what}`);
    });
  }

  // What can be reached by keyboard should be reached: everything one can press or fill in, once.
  function controls() {
    return [...document.querySelectorAll('a[href], button:not(:disabled), input, select, summary, [tabindex="0"]')].filter(seen);
  }

  // Tables that are wider than their place, so that columns are out of sight.
  function cut_off() {
    return [...document.querySelectorAll('.table-wrap')].filter((wrap) => seen(wrap) && wrap.scrollWidth > wrap.clientWidth + 1)
      .map((wrap) => `${wrap.getAttribute('aria-label').slice(0, 60)}: ${wrap.scrollWidth} in ${wrap.clientWidth}`);
  }

  // The same work each time, of the kinds a page does: it sorts texts, builds a table and has it laid out. How long it takes tells
  // how fast the machine is just now.
  function yardstick() {
    const collator = new Intl.Collator('en', { numeric: true });
    const texts = Array.from({ length: 2500 }, (_, place) => `a row of the usual length ${(place * 7919) % 2503}`).sort(collator.compare);
    const table = document.createElement('table');
    for (const text of texts.slice(0, 500)) {
      const row = table.insertRow();
      for (const part of text.split(' ')) row.insertCell().append(part);
    }
    document.body.append(table);
    const height = table.getBoundingClientRect().height;
    table.remove();
    return height;
  }

  // A chart is drawn when a reader comes near it.
  async function scrollThrough() {
    for (const place of document.querySelectorAll('figure.chart .draw:empty')) {
      if (!seen(place.parentElement)) continue;
      place.scrollIntoView();
      for (let frame = 0; frame < 60 && !place.childNodes.length; frame += 1) await new Promise(requestAnimationFrame);
    }
    while (document.body.dataset.drawing) await new Promise(requestAnimationFrame);
    window.scrollTo(0, 0);
  }

  return { cells, cut_off, accessibility, contrast, charts, controls, scrollThrough, yardstick };
})();
