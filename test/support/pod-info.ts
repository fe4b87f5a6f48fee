/** A running pod as controllers see it, with what the order of deletion and readiness look at. */
import type { PodInfo } from '../../src/controllers/views/pod-info.ts';

export const podInfo = (given: Partial<PodInfo>): PodInfo =>
  ({
    ...{ namespace: 'default', name: given.uid ?? 'p', uid: 'p', revision: 1, labels: {}, controllerUid: 'rs' },
    ...{ nodeName: 'n1', phase: 'Running', deletionTime: undefined, createdAt: 0, scheduledAt: 0, ready: true },
    ...{ readySince: 0, restarts: 0, deletionCost: 0 },
    ...given,
  }) as PodInfo;
