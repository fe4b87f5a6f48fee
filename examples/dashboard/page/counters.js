/** A bar and numbers for counters of the stream. */

/** @typedef {{ label: string, tone: 'good' | 'wait' | 'bad' | 'idle', count: number }} Counter */
/** @typedef {Record<string, Pick<Counter, 'label' | 'tone'>>} Groups */

/** The value of `status.conditions[Ready]`. @type {Groups} */
export const READINESS = {
  True: { label: 'ready', tone: 'good' },
  False: { label: 'not ready', tone: 'bad' },
  Unknown: { label: 'unknown', tone: 'idle' },
  // Registered, and not yet heard of.
  '': { label: 'starting', tone: 'wait' },
};

/** @type {Groups} */
export const PHASES = {
  Running: { label: 'running', tone: 'good' },
  Pending: { label: 'pending', tone: 'wait' },
  Failed: { label: 'failed', tone: 'bad' },
  Succeeded: { label: 'succeeded', tone: 'idle' },
};

/**
 * In the order of `groups`, whatever the order of `counts`. A group that is not named there is shown as it is.
 *
 * @param {Groups} groups
 * @param {readonly import('flotilla/client').Count[]} counts
 * @returns {Counter[]}
 */
export function countersOf(groups, counts) {
  const byValue = new Map(counts.map(({ group, count }) => [group[0] ?? '', count]));
  const known = Object.entries(groups).map(([value, group]) => ({ ...group, count: byValue.get(value) ?? 0 }));
  const others = [...byValue].filter(([value]) => groups[value] === undefined);
  const unknown = others.map(([value, count]) => ({ label: value, tone: /** @type {const} */ ('idle'), count }));
  return [...known, ...unknown].filter(({ count }, index) => index === 0 || count > 0);
}

/** @param {string} tag @param {string} [text] */
export function element(tag, text = '') {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

/** @param {Element} place @param {readonly Counter[]} counters */
export function drawCounters(place, counters) {
  const bar = element('div');
  bar.className = 'bar';
  const list = element('dl');
  for (const { label, tone, count } of counters) {
    const part = element('span');
    part.dataset['tone'] = tone;
    part.style.flexGrow = String(count);
    bar.append(part);
    const entry = element('div');
    entry.dataset['tone'] = tone;
    entry.append(element('dt', label), element('dd', count.toLocaleString('en')));
    list.append(entry);
  }
  place.replaceChildren(bar, list);
}
