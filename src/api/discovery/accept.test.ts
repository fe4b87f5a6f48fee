import fc from 'fast-check';
import { expect, it } from 'vitest';
import { acceptsMediaType } from './accept.ts';

it('takes parameters in any order, with any spaces and any q above 0', () => {
  const parameters = ['g=apidiscovery.k8s.io', 'v=v2', 'as=APIGroupDiscoveryList'];
  const wanted = `application/json;${parameters.join(';')}`;
  const space = fc.constantFrom('', ' ');
  fc.assert(
    fc.property(
      fc.shuffledSubarray([...parameters, 'q=0.5'], { minLength: 4 }),
      space,
      fc.constantFrom('', 'text/html, ', '*/*,'),
      (order, gap, before) => {
        expect(acceptsMediaType(`${before}application/json${gap};${gap}${order.join(`${gap};`)}`, wanted)).toBe(true);
      },
    ),
  );
});

it('matches nothing in arbitrary text, and never throws', () => {
  fc.assert(fc.property(fc.string(), (text) => !acceptsMediaType(text, 'application/json;v=v2')));
  expect(acceptsMediaType(undefined, 'application/json')).toBe(false);
});
