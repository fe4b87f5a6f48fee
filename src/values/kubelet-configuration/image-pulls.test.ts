import { expect, it } from 'vitest';
import { KUBELET_DEFAULTS, overlay } from './configuration.ts';
import { pullsAtATime } from './image-pulls.ts';

it.each([
  [{}, 1],
  [{ serializeImagePulls: true }, 1],
  [{ serializeImagePulls: false }, undefined],
  [{ serializeImagePulls: false, maxParallelImagePulls: 3 }, 3],
  [{ maxParallelImagePulls: 3 }, 3],
  [{ maxParallelImagePulls: 1 }, 1],
])('%j: %s at a time', (configuration, expected) => {
  expect(pullsAtATime(overlay(KUBELET_DEFAULTS, configuration))).toBe(expected);
});
