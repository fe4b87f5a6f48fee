import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SimulationProfile, SimulationProfileSpec } from '../../../resources/fleet/simulation-profile/types.ts';
import { fits, isFor, said } from './match.ts';

const target = { namespace: 'shop', labels: { app: 'web' }, container: 'app-1', image: 'ghcr.io/acme/web:1.2' };
const profile = (spec: SimulationProfileSpec): SimulationProfile => ({ metadata: { name: 'p' }, spec }) as never;

describe('fits', () => {
  it.each<[string, string, boolean]>([
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['nginx:*', 'nginx:1.27', true],
    ['*/web:*', 'ghcr.io/acme/web:1.2', true],
    ['*/api:*', 'ghcr.io/acme/web:1.2', false],
    ['app-?', 'app-1', true],
    ['app-?', 'app-12', false],
    ['a*b*c', 'axxbyyc', true],
    ['a*b*c', 'axxbyy', false],
    ['a.c', 'abc', false],
  ])('%j with %j: %j', (pattern, text, expected) => {
    expect(fits(pattern, text)).toBe(expected);
  });

  it('says what the same regular expression says', () => {
    const letters = fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 8 }).map((all) => all.join(''));
    const plain = fc.array(fc.constantFrom('a', 'b'), { maxLength: 8 }).map((all) => all.join(''));
    fc.assert(
      fc.property(letters, plain, (pattern, text) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(fits(pattern, text)).toBe(expression.test(text));
      }),
    );
  });
});

describe('isFor', () => {
  it.each<[SimulationProfileSpec, boolean]>([
    [{}, true],
    [{ selector: {} }, true],
    [{ selector: { namespaces: ['other', 'shop'] } }, true],
    [{ selector: { namespaces: ['other'] } }, false],
    [{ selector: { pods: { matchLabels: { app: 'web' } } } }, true],
    [{ selector: { pods: { matchExpressions: [{ key: 'job', operator: 'Exists' }] } } }, false],
    [{ selector: { images: ['nginx', '*/web:*'] } }, true],
    [{ selector: { images: ['nginx'], containers: ['app-*'] } }, false],
    [{ selector: { containers: ['side*'] } }, false],
  ])('%j: %j', (spec, expected) => {
    expect(isFor(profile(spec), target)).toBe(expected);
  });

  it('takes an image that is too long for one that fits no pattern', () => {
    const long = { ...target, image: `${'a'.repeat(512)}b` };
    expect(isFor(profile({ selector: { images: ['*'] } }), long)).toBe(false);
    expect(isFor(profile({}), long)).toBe(true);
  });

  it('minds no names of containers where none is asked about', () => {
    const { container: _, ...pull } = target;
    expect(isFor(profile({ selector: { containers: ['side*'] } }), pull)).toBe(true);
  });
});

it('takes each thing from the first profile that says it', () => {
  const profiles = [
    profile({ start: { constant: '1s' }, selector: { namespaces: ['other'] } }),
    profile({ start: { constant: '2s' }, seed: 5 }),
    profile({ start: { constant: '3s' }, logs: { lines: ['x'] } }),
  ];
  expect(said(profiles, target, 'start')).toEqual({ value: { constant: '2s' }, seed: 5 });
  expect(said(profiles, target, 'logs')).toEqual({ value: { lines: ['x'] }, seed: undefined });
  expect(said(profiles, target, 'run')).toBeUndefined();
});
