/** Whether a node is one for a daemon. Pure. Source: daemon_controller.go, NodeShouldRunDaemonPod. */
import type { DaemonSet } from '../kinds/daemon-set.ts';
import type { Taint } from '../kinds/node.ts';
import { requiredAffinity } from '../node-selector.ts';
import { isTolerated } from '../tolerations.ts';
import type { NodeInfo } from '../views/node-info.ts';
import { daemonTolerations } from './daemon-tolerations.ts';

/** `run`: one has to be there. `keep`: one that is there may stay. `leave`: none. */
export type Verdict = 'run' | 'keep' | 'leave';
type JudgedNode = Pick<NodeInfo, 'name' | 'labels' | 'taints'>;

/** Of one set, for many nodes. */
export function judgeNodes({ spec }: Pick<DaemonSet, 'spec'>): (node: JudgedNode) => Verdict {
  const { spec: podSpec = {} } = spec.template;
  const tolerations = daemonTolerations(podSpec);
  const isSelected = requiredAffinity(podSpec) ?? (() => true);
  const nodeName = podSpec.nodeName ?? '';
  const repels = (taint: Taint): boolean => !isTolerated(taint, tolerations);
  return (node) => {
    if ((nodeName !== '' && nodeName !== node.name) || !isSelected(node)) {
      return 'leave';
    }
    if (node.taints.some((taint) => taint.effect === 'NoExecute' && repels(taint))) {
      return 'leave';
    }
    return node.taints.some((taint) => taint.effect === 'NoSchedule' && repels(taint)) ? 'keep' : 'run';
  };
}
