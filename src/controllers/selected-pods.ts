/** Which pods many selectors of a namespace take, without asking every selector about every pod. */
import { setImmediate } from 'node:timers/promises';
import { groupedBy } from '../values/grouped-by.ts';
import { type LabelSelector, selects } from '../values/label-selector.ts';
import type { PodInfo } from './views/pod-info.ts';

/** About 10 ms of work; then others of the process get their turn. */
const SLICE = 10_000;

interface Entry {
  readonly selector: LabelSelector;
  readonly pods: PodInfo[];
}

/** By a label that they require; under '' those that require none, which are asked about every pod. */
function byRequiredLabel(entries: Iterable<Entry>): Map<string, Entry[]> {
  return groupedBy(entries, ({ selector }) => {
    const [first = []] = Object.entries(selector.matchLabels ?? {});
    return first.join('=');
  });
}

/** Of each owner of a selector its pods; an owner without one selects nothing. */
export async function selectedPods<T>(
  pods: Iterable<PodInfo>,
  selectors: Iterable<readonly [T, LabelSelector | undefined]>,
): Promise<Map<T, readonly PodInfo[]>> {
  const entries = new Map<T, Entry>();
  const selected = new Map<T, readonly PodInfo[]>();
  for (const [owner, selector] of selectors) {
    const found: PodInfo[] = [];
    selected.set(owner, found);
    if (selector !== undefined) {
      entries.set(owner, { selector, pods: found });
    }
  }
  const table = byRequiredLabel(entries.values());
  const takers = new Map<PodInfo['labels'], readonly Entry[]>();
  let looked = 0;
  for (const pod of table.size === 0 ? [] : pods) {
    looked += 1;
    if (looked % SLICE === 0) {
      await setImmediate();
    }
    const taking = takers.get(pod.labels) ?? takersOf(pod.labels, table);
    takers.set(pod.labels, taking);
    for (const entry of taking) {
      entry.pods.push(pod);
    }
  }
  return selected;
}

function takersOf(labels: PodInfo['labels'], table: ReadonlyMap<string, readonly Entry[]>): Entry[] {
  const particular = Object.entries(labels).flatMap((label) => table.get(label.join('=')) ?? []);
  return [...(table.get('') ?? []), ...particular].filter(({ selector }) => selects(selector, labels));
}
