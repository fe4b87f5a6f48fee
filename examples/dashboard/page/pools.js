/** The node pools, and buttons that scale them. */
import { element } from './counters.js';

/** @typedef {import('flotilla/client').Kinds['fleet.flotilla.dev/v1alpha1']['NodePool']} NodePool */
/** @typedef {{ element: HTMLElement, pool: NodePool, draw: () => void }} Row */

const STEPS = /** @type {const} */ ([
  ['−', -1, 'one node less in'],
  ['+', 1, 'one more node in'],
]);
const nameOf = (/** @type {NodePool} */ { metadata }) => metadata?.name ?? '';
const wantedOf = (/** @type {NodePool} */ { spec }) => spec?.replicas ?? 0;

/** Rows stay while their pool does, so that a button keeps its focus. */
export class Pools {
  /** @type {Map<string, Row>} */
  #rows = new Map();
  #place;
  #onScale;

  /**
   * @param {Element} place
   * @param {(name: string, replicas: number) => void} onScale
   */
  constructor(place, onScale) {
    this.#place = place;
    this.#onScale = onScale;
  }

  clear() {
    this.#rows.clear();
    this.#place.replaceChildren();
  }

  /** @param {NodePool} pool */
  set(pool) {
    const row = this.#rows.get(nameOf(pool)) ?? this.#add(pool);
    row.pool = pool;
    row.draw();
  }

  /** @param {NodePool} pool */
  delete(pool) {
    this.#rows.get(nameOf(pool))?.element.remove();
    this.#rows.delete(nameOf(pool));
  }

  /** @param {NodePool} pool */
  #add(pool) {
    const name = nameOf(pool);
    const ready = element('td');
    const wanted = element('td');
    const actions = element('td');
    /** @type {Row} */
    const row = {
      element: element('tr'),
      pool,
      draw() {
        ready.textContent = String(this.pool.status?.readyReplicas ?? 0);
        wanted.textContent = String(wantedOf(this.pool));
      },
    };
    for (const [sign, step, label] of STEPS) {
      const button = element('button', sign);
      button.setAttribute('aria-label', `${label} ${name}`);
      button.addEventListener('click', () => this.#onScale(name, Math.max(0, wantedOf(row.pool) + step)));
      actions.append(button, ' ');
    }
    row.element.append(element('td', name), ready, wanted, actions);
    this.#place.append(row.element);
    this.#rows.set(name, row);
    return row;
  }
}
