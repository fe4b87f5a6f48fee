import { expect, it } from 'vitest';
import { KUBELET_DEFAULTS } from './configuration.ts';
import { pullsAtATime } from './image-pulls.ts';

it.each([
  [{}, undefined],
  [{ serializeImagePulls: true }, 1],
  [{ serializeImagePulls: false, maxParallelImagePulls: 3 }, 3],
])('%j: %s at a time', (configuration, expected) => {
  expect(pullsAtATime({ ...KUBELET_DEFAULTS, ...configuration })).toBe(expected);
});
