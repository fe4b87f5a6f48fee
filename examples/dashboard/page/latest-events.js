/** The newest events of the fleet, and how they look. */
import { element } from './counters.js';

/** @typedef {import('flotilla/client').Kinds['v1']['Event']} Event */

const SHOWN = 12;
const timeOf = (/** @type {Event} */ { lastTimestamp, eventTime, metadata }) =>
  lastTimestamp ?? eventTime ?? metadata?.creationTimestamp ?? '';

/**
 * Newest first: a snapshot comes in the order of names.
 *
 * @param {readonly Event[]} shown
 * @param {Event} event
 */
export function withEvent(shown, event) {
  const others = shown.filter(({ metadata }) => metadata?.uid !== event.metadata?.uid);
  return [event, ...others].sort((a, b) => timeOf(b).localeCompare(timeOf(a))).slice(0, SHOWN);
}

/** @param {Element} place @param {readonly Event[]} events */
export function drawEvents(place, events) {
  const items = events.map(({ type, reason, involvedObject, message }) => {
    const item = element('li');
    item.className = type === 'Warning' ? 'warning' : '';
    item.title = message ?? '';
    item.append(element('strong', reason), ` ${involvedObject?.kind}/${involvedObject?.name}: ${message ?? ''}`);
    return item;
  });
  place.replaceChildren(...items);
}
