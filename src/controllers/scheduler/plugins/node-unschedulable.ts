/** Cordoned nodes. */
import type { Taint } from '../../kinds/node.ts';
import { isTolerated } from '../../tolerations.ts';
import { nowMeets, type Plugin, type Refusal } from './plugin.ts';

const CORDON: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
const name = 'NodeUnschedulable';
const REFUSED: Refusal = { plugin: name, reasons: ['node(s) were unschedulable'], preemptible: false };

export const nodeUnschedulable: Plugin = {
  name,
  ready: ({ pod }) =>
    isTolerated(CORDON, pod.tolerations)
      ? undefined
      : { filterAlone: ({ info }) => (info?.unschedulable === true ? REFUSED : undefined) },
  helps: (event) => nowMeets(event, ({ unschedulable }) => !unschedulable),
};
