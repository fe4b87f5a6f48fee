/** Taints that the pod does not tolerate; those that only discourage cost points. */
import type { Taint } from '../../kinds/node.ts';
import type { Toleration } from '../../kinds/pod.ts';
import { isTolerated } from '../../tolerations.ts';
import { byHighest, nowMeets, type Plugin, type Refusal } from './plugin.ts';

const name = 'TaintToleration';

const refusal = ({ key, value = '' }: Taint): Refusal => ({
  plugin: name,
  reasons: [`node(s) had untolerated taint {${key}: ${value}}`],
  preemptible: false,
});

const intolerable = (taints: readonly Taint[], tolerations: readonly Toleration[]): Taint | undefined =>
  taints.find((each) => each.effect !== 'PreferNoSchedule' && !isTolerated(each, tolerations));

export const taintToleration: Plugin = {
  name,
  weight: 3,
  ready: ({ pod: { tolerations } }) => ({
    filterAlone: ({ info }) => {
      const taint = intolerable(info?.taints ?? [], tolerations);
      return taint === undefined ? undefined : refusal(taint);
    },
    score: {
      ofNodeAlone: true,
      points: ({ info }) => {
        const against = info?.taints.filter(
          (each) => each.effect === 'PreferNoSchedule' && !isTolerated(each, tolerations),
        );
        return against?.length ?? 0;
      },
      normalize: (points) => byHighest(points, true),
    },
  }),
  helps: (event, { pod }) => nowMeets(event, ({ taints }) => intolerable(taints, pod.tolerations) === undefined),
};
