import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';

const { definition, completed, refusals, updateRefusals } = kindFixture('Service');
const metadata = { name: 'web', namespace: 'shop', uid: '11111111-2222-3333-4444-555555555555' };
const service = (spec: object) =>
  structuredClone({ apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ port: 80 }], ...spec } });
const told = (spec: object): string[] => refusals(service(spec));
/** With what the cluster gives it. */
async function settled(object: ReturnType<typeof completed>) {
  expect(await definition.allocation?.settle(object, async () => new Set())).toEqual([]);
  return object;
}
/** As the registry updates: hooks in order, over what is stored. */
async function change(given: object, old: object) {
  const stored = await settled(completed(service(old)));
  const object = service(given);
  definition.prepareForUpdate?.(object, stored, { now: 0 });
  const found = updateRefusals(object, stored);
  return { ...(found.length > 0 ? {} : await settled(completed(object))), found };
}
const ADDRESS = { clusterIP: '10.96.3.4', clusterIPs: ['10.96.3.4'] };
const HEADLESS = { clusterIP: 'None', clusterIPs: ['None'] };

describe('IP families of a service', () => {
  it.each([
    [{}, ['IPv4'], 'SingleStack'],
    [{ ipFamilyPolicy: 'PreferDualStack' }, ['IPv4'], 'PreferDualStack'],
    [{ clusterIP: 'None', selector: { app: 'a' } }, ['IPv4'], 'SingleStack'],
    [{ clusterIP: 'None' }, ['IPv4', 'IPv6'], 'RequireDualStack'],
    [{ clusterIP: 'None', ipFamilies: ['IPv6'] }, ['IPv6', 'IPv4'], 'RequireDualStack'],
    [{ clusterIP: 'None', ipFamilyPolicy: 'SingleStack' }, ['IPv4'], 'SingleStack'],
  ])('%j has %j, %s', async (given, ipFamilies, ipFamilyPolicy) => {
    expect((await settled(completed(service(given)))).spec).toMatchObject({ ipFamilies, ipFamilyPolicy });
    expect(told(given)).toEqual([]);
  });

  it.each([
    [{ ipFamilies: ['IPv6'] }, 'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster'],
    [
      { ipFamilyPolicy: 'RequireDualStack' },
      'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
    ],
    [{ ipFamilies: ['IPv4', 'IPv4'] }, 'spec.ipFamilies[1]: Duplicate value: "IPv4"'],
    [{ ipFamilies: ['v4'] }, 'spec.ipFamilies[0]: Unsupported value: "v4": supported values: "IPv4", "IPv6"'],
    [
      { ipFamilyPolicy: 'Dual' },
      'spec.ipFamilyPolicy: Unsupported value: "Dual": supported values: "PreferDualStack", "RequireDualStack", "SingleStack"',
    ],
    [
      { ipFamilies: ['IPv4', 'IPv6'] },
      "spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified",
    ],
    [
      { clusterIP: 'fd00::1' },
      'spec.clusterIPs[0]: Invalid value: ["fd00::1"]: IPv6 is not configured on this cluster',
    ],
    [
      { clusterIPs: ['None'] },
      'spec.clusterIPs: Invalid value: ["None"]: must be empty when `clusterIP` is not specified',
    ],
    [
      { clusterIP: 'None', clusterIPs: ['None', '10.96.3.4'] },
      'spec.clusterIPs: Invalid value: ["None","10.96.3.4"]: \'None\' must be the first and only value',
    ],
    [
      { clusterIP: '10.96.3.4', clusterIPs: ['10.96.3.4', '10.96.3.5'] },
      'spec.clusterIPs: Invalid value: ["10.96.3.4","10.96.3.5"]: may specify no more than one IP for each IP family',
    ],
    [
      { type: 'ExternalName', externalName: 'a.example', ipFamilyPolicy: 'SingleStack' },
      'spec.ipFamilyPolicy: Forbidden: may not be set for ExternalName services',
    ],
    [
      { type: 'ExternalName', externalName: 'a.example', clusterIPs: ['10.96.3.4'] },
      'spec.clusterIPs: Forbidden: may not be set for ExternalName services',
    ],
    [
      { type: 'ExternalName', externalName: 'a.example', ipFamilies: ['IPv4'] },
      'spec.ipFamilies: Forbidden: may not be set for ExternalName services',
    ],
    [
      { ...ADDRESS, ipFamilies: ['foo'] },
      'spec.ipFamilies[0]: Unsupported value: "foo": supported values: "IPv4", "IPv6"',
    ],
    [
      { clusterIP: '10.96.3.4', clusterIPs: ['10.96.3.4', '10.96.3.5', 'fd00::1'] },
      'spec.clusterIPs: Invalid value: ["10.96.3.4","10.96.3.5","fd00::1"]: may only hold up to 2 values',
    ],
  ])('%j is refused', (given, message) => {
    expect(told(given)).toEqual([message]);
  });

  it.each([
    [
      { clusterIPs: [''] },
      [
        'spec.clusterIPs: Invalid value: [""]: must be empty when `clusterIP` is not specified',
        'spec.clusterIPs[0]: Invalid value: "": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      ],
    ],
    [
      { clusterIP: '10.96.3.4', clusterIPs: ['10.96.3.4', '10.96.3.5', '10.96.3.6'] },
      [
        'spec.clusterIPs: Invalid value: ["10.96.3.4","10.96.3.5","10.96.3.6"]: may only hold up to 2 values',
        'spec.clusterIPs: Invalid value: ["10.96.3.4","10.96.3.5","10.96.3.6"]: may specify no more than one IP for each IP family',
      ],
    ],
    [
      { clusterIP: '10.96.3.4', clusterIPs: ['10.96.3.4', 'fd00::1'] },
      [
        "spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified",
        'spec.clusterIPs[1]: Invalid value: ["10.96.3.4","fd00::1"]: IPv6 is not configured on this cluster',
      ],
    ],
  ])('%j is refused for all that one step finds', (given, messages) => {
    expect(told(given)).toEqual(messages);
  });

  it('tells of addresses before all else', () => {
    expect(told({ ipFamilies: ['IPv6'], ports: [] })).toEqual([
      'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
    ]);
  });

  it('does not change the family of an address', async () => {
    const asked = { ...ADDRESS, ipFamilies: ['IPv6'] };
    expect(await change(asked, ADDRESS)).toEqual({
      found: ['spec.clusterIPs[0]: Invalid value: "10.96.3.4": expected an IPv6 value as indicated by `ipFamilies[0]`'],
    });
  });

  it('keeps the policy of who says nothing, and gives the second family up where one is asked for', async () => {
    expect(await change(ADDRESS, { ...ADDRESS, ipFamilyPolicy: 'PreferDualStack' })).toMatchObject({
      spec: { ipFamilyPolicy: 'PreferDualStack' },
    });
    const asked = { ...HEADLESS, ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'SingleStack' };
    expect(await change(asked, HEADLESS)).toMatchObject({ found: [], spec: { ipFamilies: ['IPv4'] } });
  });

  it.each([{ ipFamilyPolicy: 'RequireDualStack' }, {}])('releases no second family with %j', async (policy) => {
    expect(await change({ ...HEADLESS, ipFamilies: ['IPv4'], ...policy }, HEADLESS)).toEqual({
      found: [
        'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": must be \'SingleStack\' to release the secondary IP family',
      ],
    });
    const asked = { ...HEADLESS, ipFamilies: ['IPv6'], ipFamilyPolicy: 'SingleStack' };
    expect(await change(asked, HEADLESS)).toMatchObject({ found: [], spec: { ipFamilies: ['IPv6'] } });
  });

  it.each([
    [{}, ['IPv4', 'IPv6']],
    [{ ipFamilyPolicy: 'SingleStack' }, ['IPv4']],
  ])('gives who names no families in an update, with %j, those of the cluster', async (policy, ipFamilies) => {
    const old = { ...HEADLESS, ipFamilies: ['IPv6', 'IPv4'] };
    expect(await change({ ...HEADLESS, ...policy }, old)).toMatchObject({ found: [], spec: { ipFamilies } });
  });

  it('tells of families before what an update may not change', async () => {
    const asked = { clusterIP: '10.96.3.5', clusterIPs: ['10.96.3.5'], ipFamilies: ['foo'] };
    expect(await change(asked, ADDRESS)).toEqual({
      found: ['spec.ipFamilies[0]: Unsupported value: "foo": supported values: "IPv4", "IPv6"'],
    });
  });
});
