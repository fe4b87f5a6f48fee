/** What scheduling knows of the fleet, each part kept up to date by itself. */
import type { Views } from '../../views/views.ts';
import { ClaimUsers } from '../cache/claim-users.ts';
import { ImageIndex } from '../cache/image-index.ts';
import { LabelColumns } from '../cache/label-columns.ts';
import { NodeCache } from '../cache/node-cache.ts';
import { PodTallies } from '../cache/pod-tallies.ts';
import { RunningTerms } from '../cache/running-terms.ts';
import { Budgets } from './budgets.ts';
import { NamespaceLabels } from './namespace-labels.ts';
import { PodVolumes } from './pod-volumes.ts';
import { VolumeLimits } from './volume-limits.ts';
import { WorkloadSelectors } from './workload-selectors.ts';

export interface World {
  readonly cache: NodeCache;
  readonly tallies: PodTallies;
  readonly claimUsers: ClaimUsers;
  readonly terms: RunningTerms;
  readonly images: ImageIndex;
  readonly labels: LabelColumns;
  readonly namespaces: NamespaceLabels;
  readonly workloads: WorkloadSelectors;
  readonly budgets: Budgets;
  readonly volumes: PodVolumes;
  readonly volumeLimits: VolumeLimits;
}

export function createWorld(views: Pick<Views, 'onPod' | 'onNode' | 'follow' | 'storage'>): World {
  const cache = new NodeCache(views);
  const tallies = new PodTallies(cache);
  return {
    cache,
    tallies,
    claimUsers: new ClaimUsers(cache),
    terms: new RunningTerms(cache),
    images: new ImageIndex(cache),
    labels: new LabelColumns(cache),
    namespaces: new NamespaceLabels(views, () => tallies.namespacesChanged()),
    workloads: new WorkloadSelectors(views),
    budgets: new Budgets(views),
    volumes: new PodVolumes(views.storage),
    volumeLimits: new VolumeLimits(views),
  };
}
