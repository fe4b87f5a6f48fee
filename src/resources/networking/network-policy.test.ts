import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';

const { completed, refusals, warnings, row } = kindFixture('NetworkPolicy');

type Loose = Record<string, unknown>;
const policy = (spec: Loose): object => ({ metadata: { name: 'p' }, spec });
const port = (entry: Loose): object => policy({ podSelector: {}, ingress: [{ ports: [entry] }] });
const peer = (entry: Loose): object => policy({ podSelector: {}, egress: [{ to: [entry] }] });
const PORT = 'spec.ingress[0].ports[0]';
const PEER = 'spec.egress[0].to[0]';
const NO_CIDR = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

describe('NetworkPolicy', () => {
  it('is about what comes in, and about what goes out if it says anything of it', () => {
    expect(completed(policy({ podSelector: {} })).spec).toEqual({ podSelector: {}, policyTypes: ['Ingress'] });
    expect(completed(peer({ podSelector: {} })).spec?.['policyTypes']).toEqual(['Ingress', 'Egress']);
    expect(completed(port({ port: 1 })).spec).toMatchObject({ ingress: [{ ports: [{ protocol: 'TCP' }] }] });
  });

  it.each<[object, unknown[]]>([
    [port({ port: 80, endPort: 90 }), []],
    [port({ port: 'http' }), []],
    [
      port({ protocol: 'ICMP' }),
      [`${PORT}.protocol: Unsupported value: "ICMP": supported values: "TCP", "UDP", "SCTP"`],
    ],
    [port({ port: 0 }), [`${PORT}.port: Invalid value: 0: must be between 1 and 65535, inclusive`]],
    [
      port({ port: 90, endPort: 80 }),
      [`${PORT}.endPort: Invalid value: 90: must be greater than or equal to \`port\``],
    ],
    [
      port({ endPort: 80 }),
      [`${PORT}.endPort: Invalid value: 80: may not be specified when \`port\` is not specified`],
    ],
    [
      port({ port: 'http', endPort: 80 }),
      [`${PORT}.endPort: Invalid value: 80: may not be specified when \`port\` is non-numeric`],
    ],
    [peer({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }), []],
    [peer({}), [`${PEER}: Required value: must specify a peer`]],
    [
      peer({ podSelector: {}, ipBlock: { cidr: 'fd00::/8' } }),
      [`${PEER}: Forbidden: may not specify both ipBlock and another peer`],
    ],
    [peer({ ipBlock: { cidr: '' } }), [`${PEER}.ipBlock.cidr: Required value`]],
    [peer({ ipBlock: { cidr: '10.0.0.0' } }), [`${PEER}.ipBlock.cidr: Invalid value: "10.0.0.0": ${NO_CIDR}`]],
    [
      peer({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.0.0/8', '11.0.0.0/16', 'x'] } }),
      [
        `${PEER}.ipBlock.except[0]: Invalid value: "10.0.0.0/8": must be a strict subset of \`cidr\``,
        `${PEER}.ipBlock.except[1]: Invalid value: "11.0.0.0/16": must be a strict subset of \`cidr\``,
        `${PEER}.ipBlock.except[2]: Invalid value: "x": ${NO_CIDR}`,
      ],
    ],
    [
      policy({ podSelector: {}, policyTypes: ['Odd'] }),
      ['spec.policyTypes[0]: Unsupported value: "Odd": supported values: "Ingress", "Egress"'],
    ],
    [
      policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress', 'Ingress'] }),
      [
        expect.stringContaining(
          'spec.policyTypes: Invalid value: ["Ingress","Egress","Ingress"]: may not specify more',
        ),
      ],
    ],
  ])('%j', (body, expected) => {
    expect(refusals(body)).toEqual(expected);
  });

  it('warns of a network that may be meant as an address', () => {
    expect(warnings(peer({ ipBlock: { cidr: '10.1.2.3/8', except: ['10.2.0.0/16'] } }))).toEqual([
      `${PEER}.ipBlock.cidr: CIDR value "10.1.2.3/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.1.2.3/32"?)`,
    ]);
  });

  it('prints what kubectl prints', () => {
    expect(row(policy({ podSelector: {} }))['Pod-Selector']).toBe('<none>');
    expect(row(policy({ podSelector: { matchLabels: { a: 'b' } } }))['Pod-Selector']).toBe('a=b');
  });
});
