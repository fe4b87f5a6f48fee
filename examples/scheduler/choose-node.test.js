import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseNode, requestsOf } from './choose-node.js';
import { quantity } from './quantity.js';

/** @param {string} name @param {object} [spec] */
const node = (name, spec = {}, labels = {}) => ({
  metadata: { name, labels },
  spec,
  status: { allocatable: { cpu: '4', memory: '8Gi', pods: '10' } },
});
/** @param {Record<string, string>} [requests] @param {object} [more] */
const pod = (requests = {}, more = {}) => ({ spec: { containers: [{ name: 'c', resources: { requests } }], ...more } });
const NOTHING = { cpu: 0, memory: 0, pods: 0 };
const empty = () => NOTHING;
const taint = { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' };

describe('quantities', () => {
  it.each([
    ['250m', 0.25],
    ['1.5Gi', 1.5 * 2 ** 30],
    ['1e3', 1000],
    ['4', 4],
    ['100M', 1e8],
  ])('%s is %d', (text, number) => {
    expect(quantity(text)).toBe(number);
  });

  it.each(['', 'm', '1x', '1 Gi'])('%j is none', (text) => {
    expect(() => quantity(text)).toThrow('no quantity');
  });
});

describe('what a pod asks for', () => {
  it('is its containers together, or its hungriest init container', () => {
    const containers = [{ name: 'a', resources: { requests: { cpu: '1' } } }, { name: 'b' }];
    const initContainers = [{ name: 'i', resources: { requests: { cpu: '500m', memory: '1Gi' } } }];
    expect(requestsOf({ spec: { containers, initContainers } })).toEqual({ cpu: 1, memory: 2 ** 30, pods: 1 });
  });
});

describe('the choice of a node', () => {
  it('is the fullest that has room', () => {
    const used = (/** @type {string} */ name) => ({ ...NOTHING, cpu: { a: 1, b: 2, c: 3.5 }[name] ?? 0 });
    const nodes = ['a', 'b', 'c', 'd'].map((name) => node(name));
    expect(chooseNode(pod({ cpu: '1' }), nodes, used)).toEqual({ nodeName: 'b' });
    expect(chooseNode(pod({ cpu: '500m' }), nodes, used)).toEqual({ nodeName: 'c' });
  });

  it('says what stands in the way, and on how many nodes', () => {
    const nodes = [node('a'), node('b', { taints: [taint] }), node('c', { taints: [taint] })];
    const full = () => ({ ...NOTHING, cpu: 4 });
    expect(chooseNode(pod({ cpu: '1' }), nodes, full)).toEqual({
      message: '0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {dedicated: gpu}.',
    });
  });

  it('keeps to taints, tolerations and selectors', () => {
    const nodes = [node('tainted', { taints: [taint] }), node('plain', {}, { disk: 'ssd' })];
    expect(chooseNode(pod({}, { nodeSelector: { disk: 'ssd' } }), nodes, empty)).toEqual({ nodeName: 'plain' });
    const tolerations = [{ key: 'dedicated', operator: 'Equal', value: 'gpu' }];
    expect(chooseNode(pod({}, { tolerations }), nodes, empty)).toEqual({ nodeName: 'plain' });
    expect(chooseNode(pod({}, { tolerations }), nodes.slice(0, 1), empty)).toEqual({ nodeName: 'tainted' });
    expect(chooseNode(pod(), nodes.slice(0, 1), empty)).toHaveProperty('message');
  });

  it('never puts more on a node than it has', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5000 }), { maxLength: 60 }), (requests) => {
        const nodes = ['a', 'b', 'c'].map((name) => node(name));
        /** @type {Map<string, { cpu: number, memory: number, pods: number }>} */
        const used = new Map();
        for (const milli of requests) {
          const asked = pod({ cpu: `${milli}m` });
          const choice = chooseNode(asked, nodes, (name) => used.get(name) ?? NOTHING);
          if ('nodeName' in choice) {
            const before = used.get(choice.nodeName) ?? NOTHING;
            used.set(choice.nodeName, { cpu: before.cpu + milli / 1000, memory: 0, pods: before.pods + 1 });
          }
        }
        for (const { cpu, pods } of used.values()) {
          expect(cpu).toBeLessThanOrEqual(4 + 1e-9);
          expect(pods).toBeLessThanOrEqual(10);
        }
      }),
    );
  });
});
