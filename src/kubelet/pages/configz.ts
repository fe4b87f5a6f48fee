/** The kubelet's configuration as it is in force on the node; only what a kubelet here knows is named. */
import { EVICTION_HARD, nodeSettings } from '../node-settings.ts';
import { KUBELET_PORT, MAX_IMAGES } from '../node-status.ts';
import { durationText } from './duration-text.ts';
import type { NodeSight } from './node-pages.ts';

export function configz({ node, config }: NodeSight): object {
  const settings = nodeSettings(node, config);
  const [kubeReserved = {}, systemReserved = {}] = settings.reserved;
  return {
    kubeletconfig: {
      ...{ enableServer: true, port: KUBELET_PORT, registerNode: true },
      maxPods: Number(settings.capacity['pods']),
      nodeStatusUpdateFrequency: durationText(settings.nodeStatusUpdateMs),
      nodeStatusReportFrequency: durationText(config.nodeStatusReportMs),
      nodeLeaseDurationSeconds: settings.leaseDurationSeconds,
      nodeStatusMaxImages: MAX_IMAGES,
      ...{ kubeReserved, systemReserved },
      evictionHard: EVICTION_HARD,
      // Source: KubeletConfiguration's defaults, which hold here.
      ...{ cpuManagerPolicy: 'none', memoryManagerPolicy: 'None', topologyManagerPolicy: 'none' },
      ...{ serializeImagePulls: false, enforceNodeAllocatable: ['pods'] },
    },
  };
}
