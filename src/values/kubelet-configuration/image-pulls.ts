/** How many images a host pulls together. Pure. Source: kubelet/apis/config, serializeImagePulls and maxParallelImagePulls. */
import type { KubeletConfiguration } from './configuration.ts';

/** undefined: as many as are asked for. */
export const pullsAtATime = ({
  serializeImagePulls,
  maxParallelImagePulls,
}: KubeletConfiguration): number | undefined => (serializeImagePulls === true ? 1 : maxParallelImagePulls);
