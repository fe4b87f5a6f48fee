import { expect, it } from 'vitest';
import { featuresOf } from './info.ts';
import { groupsOf } from './sandbox-config.ts';

it('says what the runtime says of itself and its handlers', () => {
  const features = { recursive_read_only_mounts: true, user_namespaces: false };
  const told = {
    runtime_handlers: [
      { name: 'runc', features },
      { name: '', features: null },
    ],
    features: { supplemental_groups_policy: true },
  };
  expect(featuresOf(told)).toEqual({
    handlers: [
      { name: '', recursiveReadOnlyMounts: false, userNamespaces: false },
      { name: 'runc', recursiveReadOnlyMounts: true, userNamespaces: false },
    ],
    supplementalGroupsPolicy: true,
  });
});

it.each([{}, { runtime_handlers: [], features: null }])('says nothing of what an older one does not: %j', (told) => {
  expect(featuresOf(told)).toEqual({});
});

it('asks for the groups of the pod, and for none but these where the pod does', () => {
  const spec = {
    uid: 'u',
    name: 'p',
    namespace: 'n',
    nodeName: 'n1',
    hostNetwork: false,
    restartPolicy: 'Always',
    attempt: 0,
  };
  const groups = { supplementalGroups: [4_000], fsGroup: 2_000 };
  expect(groupsOf({ ...spec, ...groups })).toEqual({ supplemental_groups: [4_000, 2_000] });
  expect(groupsOf({ ...spec, ...groups, supplementalGroupsPolicy: 'Strict' })).toEqual({
    ...{ supplemental_groups: [4_000, 2_000], supplemental_groups_policy: 'Strict' },
  });
});
