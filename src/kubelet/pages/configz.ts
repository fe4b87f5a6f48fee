/** The kubelet's configuration as it is in force on the node. */
import { shownConfiguration } from '../../values/kubelet-configuration/defaults.ts';
import { nodeSettings } from '../node-settings.ts';
import type { NodeSight } from './node-sight.ts';

export function configz({ node, config }: NodeSight): object {
  const { configuration, capacity } = nodeSettings(node, config);
  const maxPods = configuration.maxPods ?? Number(capacity['pods']);
  return { kubeletconfig: shownConfiguration({ ...configuration, maxPods }) };
}
