/** A copy of a collection that is kept true by a watch, through every break of the connection. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ListWatch, Watch } from '@kubernetes/client-node';

/** @typedef {import('@kubernetes/client-node').KubernetesObject} KubernetesObject */

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5_000;
/** A connection that held this long was a good one: the next break is the first again. */
const GOOD_MS = 5_000;

/** The name under which queues know an object. @param {KubernetesObject} object */
export const keyOf = ({ metadata }) => `${metadata?.namespace ?? ''}/${metadata?.name}`;

/**
 * `list` reads the collection that `path` watches. Resolves when the first list is read: before that, what is missing
 * in the copy may well exist. `onChange` is told each object that is new, changed or gone.
 *
 * @template {KubernetesObject} T
 * @param {{
 *   config: import('@kubernetes/client-node').KubeConfig,
 *   path: string,
 *   list: () => Promise<import('@kubernetes/client-node').KubernetesListObject<T>>,
 *   labelSelector?: string,
 *   onChange: (object: T) => void,
 *   signal: AbortSignal,
 *   log: (text: string) => void,
 * }} options
 * @returns {Promise<import('@kubernetes/client-node').ObjectCache<T>>}
 */
export function follow({ config, path, list, labelSelector, onChange, signal, log }) {
  const informer = new ListWatch(path, new Watch(config), list, false, labelSelector);
  informer.on('change', onChange);
  signal.addEventListener('abort', () => void informer.stop(), { once: true });

  return new Promise((resolve, reject) => {
    const run = async () => {
      for (let failures = 0; !signal.aborted; failures += 1) {
        const begun = performance.now();
        /** @type {Promise<unknown>} */
        const broken = new Promise((tell) => {
          const onError = (/** @type {unknown} */ error) => {
            informer.off('error', onError);
            tell(error);
          };
          informer.on('error', onError);
        });
        await informer.start();
        // Without a version the list failed; with one, a second start goes on from there and misses nothing.
        if (informer.latestResourceVersion() !== '') {
          resolve(informer);
        }
        const error = await broken;
        if (signal.aborted) {
          return;
        }
        log(`${path}: ${error}, following it again`);
        failures = performance.now() - begun > GOOD_MS ? 0 : failures;
        const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** failures);
        await sleep(delay * (0.5 + Math.random() / 2), undefined, { signal });
      }
    };
    run().catch((error) => (signal.aborted ? undefined : reject(error)));
  });
}
