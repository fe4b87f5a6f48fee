import { describe, expect, it } from 'vitest';
import { buildProfiles } from './build-profiles.ts';
import { durationOf } from './part.ts';
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

describe('what stages do beside', () => {
  const DELAY = '{ durationMilliseconds: 1000, jitterDurationMilliseconds: 5000 }';
  const conditions = (...texts: string[]): string => `conditions:\n${texts.map((text) => `- ${text}\n`).join('')}`;

  it('takes finalizers at the moment that the selector names, after the delay', () => {
    const selector =
      "{ matchExpressions: [{ key: .metadata.deletionTimestamp, operator: Exists }, { key: '.metadata.finalizers.[]', operator: In, values: [a.b/c] }] }";
    const next = '{ finalizers: { remove: [{ value: a.b/c }] }, event: { type: Normal, reason: Killing, message: x } }';
    const { specs, notes } = build(stage('free', { selector, delay: DELAY, next }));
    const delay = { uniform: { min: '1s', max: '5s' } };
    expect(specs).toEqual([
      { stages: [{ name: 'free', at: 'Terminating', delay, finalizers: { remove: ['a.b/c'] } }] },
    ]);
    expect(notes).toEqual(['free spec.next.event kubelet']);
  });

  it('takes events with the words that can be filled in', () => {
    const next =
      "{ delete: true, event: { type: Normal, reason: Gone, message: '{{ .metadata.name }} on {{ .spec.nodeName }}{{ .x }}' } }";
    const { specs, notes } = build(stage('down.now', { delay: DELAY, next }));
    expect(specs[0]?.stages).toEqual([
      { name: 'down-now', at: 'Stopped', events: [{ type: 'Normal', reason: 'Gone', message: '{{pod}} on {{node}}' }] },
    ]);
    expect(notes).toEqual(['down.now spec.next.event.message close']);
  });

  it.each<[string, string, string, string]>([
    ['Running', '', 'phase: Running', 'start'],
    ['Succeeded', '', 'phase: Succeeded', 'end'],
    ['Failed', '', 'phase: Failed', 'end'],
    [
      'Ready',
      `{ key: '.status.conditions.[] | select( .type == "Ready" ) | .status', operator: In, values: ["True"] }`,
      '',
      '',
    ],
    ['Failed', '{ key: .status.phase, operator: In, values: [Failed] }', '', ''],
    ['Admitted', '{ key: .status.podIP, operator: DoesNotExist }', '', ''],
  ])('sets conditions at %s', (at, expression, template) => {
    const selector = `{ matchExpressions: [${expression}] }`;
    const own = conditions('type: x/Mine\n  status: "True"\n  reason: Why\n  message: so');
    const { specs, notes } = build(stage('s', { selector, template: `${own}${template}\n` }));
    expect(specs[0]?.stages).toEqual([
      { name: 's', at, conditions: [{ type: 'x/Mine', status: 'True', reason: 'Why', message: 'so' }] },
    ]);
    expect(notes.filter((note) => !note.endsWith('close'))).toEqual([]);
  });

  it("leaves to the kubelet what it says itself, and takes the stage's word where it says otherwise", () => {
    const usual = conditions('type: Ready\n  status: "True"', 'type: Initialized\n  status: "True"\n  reason: ""');
    expect(build(stage('s', { template: `${usual}${main(RUNNING)}` })).specs[0]?.stages).toBeUndefined();
    const odd = conditions(
      'type: Ready\n  status: "False"\n  reason: Sick',
      'lastTransitionTime: x\n  type: PodScheduled\n  status: "True"',
    );
    expect(build(stage('s', { template: `${odd}${main(RUNNING)}` })).specs[0]?.stages).toEqual([
      { name: 's', at: 'Running', conditions: [{ type: 'Ready', status: 'False', reason: 'Sick' }] },
    ]);
    const gates = conditions('status: "True"\n  type: {{ .conditionType | Quote }}');
    const open = build(stage('s', { template: `${gates}${main(RUNNING)}` }));
    expect([open.specs[0]?.stages, open.notes]).toEqual([[{ name: 's', at: 'Running', openReadinessGates: true }], []]);
    const unknown = conditions('status: "True"\n  type: {{ .x }}');
    expect(build(stage('s', { template: `${unknown}${main(RUNNING)}` })).notes).toEqual([
      's spec.next.statusTemplate lost',
    ]);
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
