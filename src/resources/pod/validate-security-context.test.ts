import { describe, expect, it } from 'vitest';
import type { PodSpec } from './pod-spec.ts';
import {
  checkContainerSecurityContext,
  checkPodSecurityContext,
  type SecurityContext,
} from './validate-security-context.ts';

const told = (causes: readonly { field?: string; message: string }[]): string[] =>
  causes.map(({ field, message }) => `${field}: ${message}`);

describe('the security context of a pod', () => {
  it.each<[string, PodSpec, string[]]>([
    ['nothing', {}, []],
    [
      'kernel parameters',
      {
        hostNetwork: true,
        securityContext: {
          sysctls: ['', 'A B', 'kernel.sem', 'kernel/sem', 'kernel.sem', 'net.core.x'].map((name) => ({ name })),
        },
      },
      [
        's.sysctls[0].name: Required value',
        expect.stringContaining('s.sysctls[1].name: Invalid value: "A B": must have at most 253 characters and match'),
        's.sysctls[4].name: Duplicate value: "kernel.sem"',
        `s.sysctls[5].name: Invalid value: "net.core.x": may not be specified when 'hostNetwork' is true`,
      ],
    ],
    [
      'policies and processes',
      {
        ...{ hostPID: true, shareProcessNamespace: true },
        securityContext: { fsGroupChangePolicy: 'A', supplementalGroupsPolicy: 'B', seLinuxChangePolicy: 'C' },
      },
      [
        's.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot both be enabled',
        's.fsGroupChangePolicy: Unsupported value: "A": supported values: "Always", "OnRootMismatch"',
        's.supplementalGroupsPolicy: Unsupported value: "B": supported values: "Merge", "Strict"',
        's.seLinuxChangePolicy: Unsupported value: "C": supported values: "MountOption", "Recursive"',
      ],
    ],
    [
      'profiles',
      {
        securityContext: {
          seccompProfile: { type: 'Localhost', localhostProfile: '/etc/x' },
          appArmorProfile: { type: 'Localhost' },
        },
      },
      [
        's.seccompProfile.localhostProfile: Invalid value: "/etc/x": must be a relative path',
        's.appArmorProfile.localhostProfile: Required value: must be set when AppArmor type is Localhost',
      ],
    ],
  ])('%s', (_title, spec, expected) => expect(told(checkPodSecurityContext('s', spec))).toEqual(expected));

  it.each<[string, PodSpec, number]>([
    [
      'what it set of the host before',
      { hostNetwork: true, securityContext: { sysctls: [{ name: 'net.core.x' }] } },
      0,
    ],
    ['what it set of its own before', { securityContext: { sysctls: [{ name: 'net.core.x' }] } }, 1],
    [
      'only names of the other namespace before',
      { hostNetwork: true, securityContext: { sysctls: [{ name: 'kernel.sem' }] } },
      1,
    ],
  ])('on an update: %s', (_title, old, count) => {
    const spec = {
      hostNetwork: true,
      securityContext: { sysctls: ['net.core.x', 'net.core.y'].map((name) => ({ name })) },
    };
    expect(checkPodSecurityContext('s', spec, old)).toHaveLength(2 * count);
  });
});

describe('the security context of a container', () => {
  it.each<[SecurityContext | undefined, string[]]>([
    [undefined, []],
    [
      { procMount: 'X', appArmorProfile: { type: 'X' } },
      [
        's.procMount: Unsupported value: "X": supported values: "Default", "Unmasked"',
        's.appArmorProfile.type: Unsupported value: "X": supported values: "Localhost", "RuntimeDefault", "Unconfined"',
      ],
    ],
    [
      { procMount: 'Unmasked' },
      ['s.procMount: Invalid value: "Unmasked": `hostUsers` must be false to use `Unmasked`'],
    ],
    [
      { appArmorProfile: { type: 'Unconfined', localhostProfile: 'x' }, seccompProfile: {} },
      [
        's.seccompProfile.type: Required value: type is required when seccompProfile is set',
        's.appArmorProfile.localhostProfile: Invalid value: "x": can only be set when AppArmor type is Localhost',
      ],
    ],
    [
      { appArmorProfile: { type: 'Localhost', localhostProfile: ' x' } },
      ['s.appArmorProfile.localhostProfile: Invalid value: " x": must not be padded with whitespace'],
    ],
  ])('%j', (context, expected) => expect(told(checkContainerSecurityContext('s', context, true))).toEqual(expected));

  it('may see all of /proc among users of its own', () => {
    expect(checkContainerSecurityContext('s', { procMount: 'Unmasked' }, false)).toEqual([]);
  });
});
