/** Whatever a file holds, importing it ends, with profiles that the server takes and notes for the rest. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { kindFixture } from '../../../test/support/kind-fixture.ts';
import { buildProfiles } from './build-profiles.ts';
import { readStages } from './read-stages.ts';
import { readTemplate } from './template.ts';

const { refusals } = kindFixture('SimulationProfile');

const word = fc.constantFrom('app', 'tier', 'a.b/c');
const text = fc.constantFrom(
  ...[
    '',
    'phase: Running',
    'containerStatuses:\n- state:\n    running:\n',
    'containerStatuses:\n- state:\n    terminated:\n',
  ],
  ...[
    'conditions:\n- type: Ready\n  status: "False"\n  reason: two words\n- type: a b\n  status: "True"\n',
    'conditions:\n- type: x/Y\n  status: "True"\n- type: x/Y\n  status: Maybe\n- type: DisruptionTarget\n  status: "True"',
  ],
  ...[
    '{{ define "x" }}\n',
    '{{ end }}',
    '{{ template "x" . }}',
    '{{ $c := 3 }}',
    '      exitCode: {{ $c }}\n',
    '{{',
    '}}',
  ],
);
const template = fc.array(text, { maxLength: 8 }).map((parts) => parts.join('\n'));
const name = fc.constantFrom('a.b/c', 'mine', '', 'two words', 'x'.repeat(300));
const value = fc.record({ value: name });
const finalizers = fc.record(
  { add: fc.array(value, { maxLength: 2 }), remove: fc.array(value, { maxLength: 2 }), empty: fc.boolean() },
  { requiredKeys: [] },
);
const event = fc.record(
  {
    type: fc.constantFrom('Normal', 'Warning', 'Odd'),
    reason: fc.constantFrom('Held', 'Killing', 'two words', '', 'R'.repeat(200)),
    message: fc.constantFrom('{{ .metadata.name }} of {{ .x }}', 'm'.repeat(2_000)),
  },
  { requiredKeys: [] },
);
const whole = fc.integer({ min: 0, max: 100_000 });
const stage = fc.record({
  apiVersion: fc.constant('kwok.x-k8s.io/v1alpha1'),
  kind: fc.constant('Stage'),
  metadata: fc.record({ name: fc.constantFrom('s-1', 's-2', 's-3') }),
  spec: fc.record(
    {
      resourceRef: fc.constantFrom({ kind: 'Pod' }, { kind: 'Node' }, { apiGroup: 'x/v1', kind: 'X' }),
      selector: fc.record({
        matchLabels: fc.dictionary(word, fc.constantFrom('x', 'y')),
        matchExpressions: fc.array(
          fc
            .record({
              key: fc.constantFrom(
                '.metadata.labels["app"]',
                '.status.phase',
                '.spec.nodeName',
                '.metadata.namespace',
                '.metadata.deletionTimestamp',
              ),
              operator: fc.constantFrom('In', 'NotIn', 'Exists'),
            })
            .map((one) => (one.operator === 'Exists' ? one : { ...one, values: ['x'] })),
          { maxLength: 3 },
        ),
      }),
      weight: whole,
      delay: fc.record({ durationMilliseconds: whole, jitterDurationMilliseconds: whole }, { requiredKeys: [] }),
      next: fc.record({ statusTemplate: template, delete: fc.boolean(), finalizers, event }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  ),
});
const build = (objects: readonly unknown[]) => {
  const { stages, notes } = readStages(objects.map((object) => stringify(object)).join('---\n'));
  return { stages, read: notes, ...buildProfiles(stages, 'kwok') };
};

it('makes profiles that the server takes, and tells of every stage', () => {
  fc.assert(
    fc.property(fc.array(stage, { maxLength: 6 }), (stages) => {
      const { profiles, notes } = build(stages);
      expect(profiles.flatMap((profile) => refusals(profile))).toEqual([]);
      const named = profiles.flatMap(({ metadata }) => Object.values(metadata.annotations).join().split(','));
      const told = new Set([...named, ...notes.map((note) => note.stage)]);
      expect(stages.every(({ metadata }) => told.has(metadata.name))).toBe(true);
    }),
  );
});

it('survives fields of any form', () => {
  const odd = fc.record({
    ...{ apiVersion: fc.constant('kwok.x-k8s.io/v1alpha1'), kind: fc.constant('Stage') },
    metadata: fc.jsonValue(),
    spec: fc.oneof(
      fc.jsonValue(),
      fc.record({ selector: fc.jsonValue(), delay: fc.jsonValue(), next: fc.jsonValue(), steps: fc.jsonValue() }),
    ),
  });
  fc.assert(
    fc.property(fc.array(fc.oneof(odd, fc.jsonValue()), { maxLength: 4 }), (objects) => {
      const { stages, read, profiles, notes } = build(objects);
      expect(stages.length + read.length).toBe(objects.filter((object) => object !== null).length);
      expect(profiles.length + notes.length).toBeGreaterThanOrEqual(Math.min(1, stages.length));
    }),
  );
  fc.assert(fc.property(fc.string(), (any) => void readTemplate(any)));
});
