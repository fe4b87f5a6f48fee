import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../../test/support/kind-fixture.ts';

const { completed, created, refusals, row } = kindFixture('SimulationProfile');
const profile = (spec: object) => ({ metadata: { name: 'p' }, spec });

const WHOLE = {
  ...{ priority: 5, seed: 42 },
  selector: {
    namespaces: ['a', 'b'],
    pods: { matchLabels: { app: 'web' } },
    nodes: { matchExpressions: [{ key: 'tier', operator: 'In', values: ['gold'] }] },
    pool: 'blue',
    images: ['*/nginx:*'],
    containers: ['app-?'],
  },
  pull: { duration: { logNormal: { median: '2s', sigma: 0.5 }, max: '1m' }, failureRate: 0.1, failureMessage: 'no' },
  start: { uniform: { min: '1s', max: '2s' } },
  readinessDelay: { normal: { mean: '5s', stdDev: '1s' }, min: '1s' },
  run: { duration: { exponential: { mean: '1h' } }, exitCodes: [{ code: 0, weight: 9 }, { code: 1 }] },
  init: { duration: { choice: [{ value: '1s', weight: 3 }, { value: '10s' }] }, exitCodes: [{ code: 0 }] },
  stop: { duration: { constant: '100ms' }, exitCode: 3 },
  usage: {
    cpu: { sine: { base: 1, amplitude: '500m', period: '10m', phase: 0.25 }, noise: '100m' },
    memory: { ramp: { from: '64Mi', to: '1Gi', duration: '1h' } },
  },
  logs: { interval: '1s', lines: ['{{pod}} {{n}}'] },
};

describe('SimulationProfile', () => {
  it('takes all that pods can do, and no status of the client', () => {
    expect(refusals(profile(WHOLE))).toEqual([]);
    expect(created({ ...profile({}), status: { observedGeneration: 9 } })).toMatchObject({ spec: { priority: 0 } });
    expect(created({ ...profile({}), status: { observedGeneration: 9 } }).status).toBeUndefined();
    expect(completed(profile(WHOLE))).toMatchObject({ spec: { usage: { cpu: { sine: { base: '1' } } } } });
  });

  it.each<[object, string]>([
    [
      { start: {} },
      'spec.start: Required value: must specify one of: constant, uniform, normal, exponential, logNormal, choice',
    ],
    [
      { start: { constant: '1s', exponential: { mean: '1s' } } },
      'spec.start.exponential: Forbidden: may not specify more than 1 of these fields',
    ],
    [
      { start: { constant: '5 seconds' } },
      'spec.start.constant: Invalid value: "5 seconds": must be a duration such as 1h30m, 5s or 250ms',
    ],
    [{ start: { constant: '-1s' } }, 'spec.start.constant: Invalid value: "-1s": must not be negative'],
    [
      { start: { constant: '300000h' } },
      'spec.start.constant: Invalid value: "300000h": must be no longer than 30 years',
    ],
    [
      { run: { duration: { uniform: { min: '2s', max: '1s' } } } },
      'spec.run.duration.uniform.max: Invalid value: "1s": must not be shorter than `min`',
    ],
    [
      { readinessDelay: { constant: '1s', min: '3s', max: '2s' } },
      'spec.readinessDelay.max: Invalid value: "2s": must not be shorter than `min`',
    ],
    [
      { stop: { duration: { choice: [{ value: '1s', weight: 0 }] } } },
      'spec.stop.duration.choice: Invalid value: one weight at least must be greater than 0',
    ],
    [{ run: { exitCodes: [{ code: 1 }] } }, 'spec.run.duration: Required value: must be specified when `exitCodes` is'],
    [
      { run: { duration: { constant: '1s' }, exitCodes: [{ code: 256 }] } },
      'spec.run.exitCodes[0].code: Invalid value: 256: spec.run.exitCodes[0].code in body should be less than or equal to 255',
    ],
    [
      { usage: { cpu: { sine: { base: '1', amplitude: '2', period: '1m' } } } },
      'spec.usage.cpu.sine.amplitude: Invalid value: "2": must not be more than `base`',
    ],
    [
      { usage: { memory: { ramp: { from: '1Mi', to: '2Mi', duration: '1m' }, noise: '2Mi' } } },
      'spec.usage.memory.noise: Invalid value: "2Mi": must not be more than the curve\'s lowest amount',
    ],
    [
      { usage: { cpu: { constant: '-1' } } },
      'spec.usage.cpu.constant: Invalid value: "-1": must be a quantity that is not negative',
    ],
    [{ logs: { lines: ['x'], interval: '1ms' } }, 'spec.logs.interval: Invalid value: "1ms": must be at least 10ms'],
    [
      { logs: { lines: [] } },
      'spec.logs.lines: Invalid value: 0: spec.logs.lines in body should have at least 1 items',
    ],
    [
      { selector: { pods: { matchExpressions: [{ key: 'a', operator: 'Is' }] } } },
      'spec.selector.pods.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator',
    ],
    [
      { selector: { images: new Array(21).fill('*') } },
      'spec.selector.images: Too many: 21: must have at most 20 items',
    ],
  ])('refuses %j', (spec, expected) => {
    expect(refusals(profile(spec))).toEqual([expected]);
  });

  it('shows whom it is for', () => {
    const metadata = { name: 'p', creationTimestamp: '2026-01-01T03:04:05Z' };
    expect(row({ metadata, spec: WHOLE })).toEqual({
      ...{ Name: 'p', Priority: 5, Namespaces: 'a,b', Pods: 'app=web', Nodes: 'pool blue and tier in (gold)' },
      Sets: 'pull,start,readinessDelay,run,init,stop,usage,logs',
      ...{ Images: '*/nginx:*', Containers: 'app-?', Age: '24h' },
    });
    expect(row({ metadata, spec: { start: { constant: '1s' } } })).toMatchObject({
      ...{ Priority: 0, Namespaces: '<all>', Pods: '<all>', Nodes: '<all>', Sets: 'start', Images: '<all>' },
    });
  });
});
