import { expect, it } from 'vitest';
import { describeContainer } from './describe.ts';

const seen = { isStarting: () => false, resources: () => undefined, message: async () => '' };
const status = {
  ...{ id: 'c1', state: 'CONTAINER_EXITED' as const, exit_code: 7, image: null, image_ref: 'abc' },
  ...{ reason: '', message: '', annotations: {}, log_path: '' },
};

it.each([
  [2e9, 3e9, { startedAt: 2_000, finishedAt: 3_000 }],
  [3e9, 2e9, { startedAt: 3_000, finishedAt: 3_000 }],
  [0, 3e9, { startedAt: 3_000, finishedAt: 3_000 }],
])('begun at %d and ended at %d it never ends before it begins', async (started_at, finished_at, times) => {
  const container = { id: 'c1', metadata: { name: 'main', attempt: 0 }, image: null, image_ref: 'abc', labels: {} };
  const told = await describeContainer('uid', container as never, { ...status, started_at, finished_at }, seen);
  expect(told.state).toMatchObject({ phase: 'exited', exitCode: 7, reason: 'Error', ...times });
});

it.each([
  [{ linux: { uid: 1000, gid: 3000, supplemental_groups: [3000, 4000] } }, { uid: 1000, gid: 3000 }],
  [null, undefined],
  [{ linux: null }, undefined],
])('says as whom it runs where the runtime does: %j', async (user, told) => {
  const container = { id: 'c1', metadata: { name: 'main', attempt: 0 }, image: null, image_ref: 'abc', labels: {} };
  const running = { ...status, state: 'CONTAINER_RUNNING' as const, started_at: 2e9, finished_at: 0, user };
  const described = await describeContainer('uid', container as never, running, seen);
  expect(described.user).toEqual(told && { ...told, supplementalGroups: [3000, 4000] });
});
