import { describe, expect, it } from 'vitest';
import { buildProfiles, durationOf } from './build-profiles.ts';
import { readStages } from './read-stages.ts';

interface Parts {
  readonly selector?: string;
  readonly delay?: string;
  readonly weight?: number;
  readonly template?: string;
  readonly next?: string;
}

const states = (field: string, list: string, state: string): string =>
  `${field}:\n{{ range .spec.${list} }}\n- name: {{ .name | Quote }}\n  state:\n    ${state}\n{{ end }}\n`;
const main = (state: string) => states('containerStatuses', 'containers', state);
const init = (state: string) => states('initContainerStatuses', 'initContainers', state);
const RUNNING = 'running:\n      startedAt: {{ Now | Quote }}';
const WAITING = 'waiting:\n      reason: ContainerCreating';
const ended = (code: number | string): string => `terminated:\n      exitCode: ${code}\n      reason: Completed`;

const indent = (text: string, by: number): string => text.replace(/^(?=.)/gm, ' '.repeat(by));
const stage = (name: string, { selector = '{}', delay = '{}', weight = 0, template, next = '{}' }: Parts): string =>
  [
    `apiVersion: kwok.x-k8s.io/v1alpha1\nkind: Stage\nmetadata: { name: ${name} }\nspec:`,
    `  resourceRef: { apiGroup: v1, kind: Pod }\n  selector: ${selector}\n  delay: ${delay}\n  weight: ${weight}`,
    template === undefined ? `  next: ${next}` : `  next:\n    statusTemplate: |\n${indent(template, 6)}`,
  ].join('\n');

function build(...texts: string[]) {
  const { stages } = readStages(texts.join('\n---\n'));
  const { profiles, notes } = buildProfiles(stages, 'kwok');
  return {
    names: profiles.map(({ metadata }) => metadata.name),
    specs: profiles.map(({ spec }) => spec),
    notes: notes.map(({ stage: name, field, degree }) => `${name} ${field} ${degree}`),
  };
}

describe('buildProfiles', () => {
  it('makes the life of a pod one profile', () => {
    const delay = '{ durationMilliseconds: 1000, jitterDurationMilliseconds: 5000 }';
    const { names, specs, notes } = build(
      stage('create', { delay, template: init(WAITING) + main(WAITING) }),
      stage('init-run', { delay, template: init(RUNNING) }),
      stage('init-end', { delay, template: init(ended(0)) + main(WAITING) }),
      stage('ready', { delay, template: `${main(RUNNING)}phase: Running\n` }),
      stage('delete', { delay: '{ durationMilliseconds: 250 }', next: '{ delete: true }' }),
    );
    expect(names).toEqual(['kwok']);
    expect(specs).toEqual([
      {
        start: { uniform: { min: '2s', max: '10s' } },
        init: { duration: { uniform: { min: '1s', max: '5s' } }, exitCodes: [{ code: 0, weight: 1 }] },
        stop: { duration: { constant: '250ms' } },
      },
    ]);
    expect(notes).toEqual(['create spec.delay close', 'init-run spec.delay close']);
  });

  it('makes a stage that has everything running at once a start of 0', () => {
    const { specs, notes } = build(stage('ready', { template: `${main(RUNNING)}${init(ended(0))}phase: Running\n` }));
    expect(specs).toEqual([{ start: { constant: '0s' }, init: { duration: { constant: '0s' } } }]);
    expect(notes).toEqual([]);
  });

  it('makes ends of one selector exit codes by their weights', () => {
    const selector = '{ matchLabels: { app: batch } }';
    const { names, specs, notes } = build(
      stage('good', { selector, weight: 3, template: `${main(ended(0))}phase: Succeeded\n` }),
      stage('bad', { selector, weight: 1, delay: '{ durationMilliseconds: 9 }', template: main(ended(5)) }),
    );
    expect(names).toEqual(['kwok-good']);
    expect(specs[0]).toMatchObject({
      selector: { pods: { matchLabels: { app: 'batch' } } },
      run: {
        duration: { constant: '0s' },
        exitCodes: [
          { code: 0, weight: 3 },
          { code: 5, weight: 1 },
        ],
      },
    });
    expect(notes).toEqual(['bad spec.delay close', 'good spec.weight close']);
  });

  it('takes the default of a code that pods may set, and looks into branches', () => {
    const template = [
      '{{ $usual := 4 }}\n{{ $code := or ( index .metadata.annotations "code" ) $usual }}\n',
      'containerStatuses:\n{{ if .x }}\n- state:\n    terminated:\n      exitCode: {{ $code }}\n',
      '{{ else }}\n- state:\n    running: \n      startedAt: x\n{{ end }}\nphase: Failed\n',
    ].join('');
    const { specs, notes } = build(stage('bad', { template }));
    expect(specs[0]?.run?.exitCodes).toEqual([{ code: 4, weight: 1 }]);
    expect(notes).toEqual(['bad spec.next.statusTemplate close']);
  });

  it.each<[string, object]>([
    [
      `{ key: '.metadata.labels["a.b/c"]', operator: In, values: [x, y] }`,
      { pods: { matchExpressions: [{ key: 'a.b/c', operator: 'In', values: ['x', 'y'] }] } },
    ],
    [
      '{ key: .metadata.labels.app, operator: Exists }',
      { pods: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } },
    ],
    ['{ key: .metadata.namespace, operator: In, values: [shop] }', { namespaces: ['shop'] }],
    [
      '{ key: .spec.nodeName, operator: In, values: [n1] }',
      { nodes: { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['n1'] }] } },
    ],
    [
      `{ jq: { key: '.metadata.ownerReferences.[].kind', operator: In, values: [Job] } }`,
      { pods: { matchExpressions: [{ key: 'batch.kubernetes.io/job-name', operator: 'Exists' }] } },
    ],
  ])('selects by %s', (expression, selector) => {
    const { specs } = build(stage('s', { selector: `{ matchExpressions: [${expression}] }`, template: main(RUNNING) }));
    expect(specs[0]?.selector).toEqual(selector);
  });

  it.each([
    '{ key: .metadata.namespace, operator: NotIn, values: [shop] }',
    `{ key: '.metadata.annotations["x"]', operator: Exists }`,
    '{ key: .spec.hostNetwork, operator: Exists }',
    '{ key: .metadata.labels.app, operator: Like, values: [x] }',
    `{ key: '.status.conditions.[] | select(.type == "Mine") | .status', operator: Exists }`,
    '{ cel: { expression: "self.spec.nodeName != null" } }',
  ])('leaves a stage out rather than have it for more pods: %s', (expression) => {
    const { specs, notes } = build(
      stage('s', { selector: `{ matchExpressions: [${expression}] }`, template: main(RUNNING) }),
    );
    expect(specs).toEqual([]);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/^s spec\.selector\.matchExpressions.* lost$/);
  });
});

it.each([
  [{ ms: 1_000 }, { constant: '1s' }],
  [{ ms: 1_000, jitterMs: 1_000 }, { constant: '1s' }],
  [{ ms: 1_000, jitterMs: 500 }, { constant: '500ms' }],
  [{ ms: 0, jitterMs: 90_000 }, { uniform: { min: '0s', max: '1m30s' } }],
])('reads a delay as KWOK does: %j', (delay, duration) => {
  expect(durationOf([delay])).toEqual(duration);
});
