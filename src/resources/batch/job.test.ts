import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';

const { created, completed, refusals, updateRefusals, warnings, row } = kindFixture('Job');

type Loose = Record<string, unknown>;
const UID = '0b5a1c1e-0000-4000-8000-000000000000';
const metadata = { name: 'pi', uid: UID };
const GENERATED = {
  ...{ 'controller-uid': UID, 'job-name': 'pi' },
  ...{ 'batch.kubernetes.io/controller-uid': UID, 'batch.kubernetes.io/job-name': 'pi' },
};
const template = (podSpec: Loose = {}, labels: Loose = {}): Loose => ({
  metadata: { labels },
  spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'perl' }], ...podSpec },
});
const job = (spec: Loose = {}): object => ({ metadata, spec: { template: template(), ...spec } });
/** As it is stored. */
const stored = (spec: Loose = {}): object => created(job(spec));
const changed = (spec: Loose, old: Loose = {}): object => {
  const object = created(job(old));
  return { ...object, spec: { ...object.spec, ...spec } };
};

describe('a new job', () => {
  it('has the defaults of Kubernetes', () => {
    expect(completed(job()).spec).toMatchObject({
      ...{ completions: 1, parallelism: 1, backoffLimit: 6, completionMode: 'NonIndexed', suspend: false },
      ...{ manualSelector: false, podReplacementPolicy: 'TerminatingOrFailed' },
    });
    const onPodConditions = [{ type: 'DisruptionTarget' }];
    const policy = { podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions }] }, backoffLimitPerIndex: 1 };
    expect(completed(job(policy)).spec).toMatchObject({
      podReplacementPolicy: 'Failed',
      backoffLimit: 2_147_483_647,
      podFailurePolicy: { rules: [{ onPodConditions: [{ status: 'True' }] }] },
    });
  });

  it('finds its pods by its uid, and is found as they are', () => {
    const { spec, metadata: given } = created({ metadata, spec: { template: template({}, { app: 'a' }) } });
    expect(spec?.['selector']).toEqual({ matchLabels: { 'batch.kubernetes.io/controller-uid': UID } });
    expect(spec?.['template']).toMatchObject({ metadata: { labels: { ...GENERATED, app: 'a' } } });
    expect(given.labels).toEqual({ ...GENERATED, app: 'a' });
  });

  it('keeps the labels that it was given, and is refused if they are another’s', () => {
    const own = created({ metadata: { ...metadata, labels: { mine: 'yes' } }, spec: { template: template() } });
    expect(own.metadata.labels).toEqual({ mine: 'yes' });
    const foreign = created(job({ template: template({}, { 'job-name': 'other' }) }));
    expect(foreign.spec?.['template']).toMatchObject({ metadata: { labels: { 'job-name': 'other' } } });
    expect(refusals(foreign)).toEqual([
      expect.stringMatching(/^spec\.template\.metadata\.labels\[job-name]: Invalid value: .*: must be 'pi'$/),
    ]);
  });

  it('with a selector of its own has no labels given', () => {
    const manual = {
      manualSelector: true,
      selector: { matchLabels: { app: 'a' } },
      template: template({}, { app: 'a' }),
    };
    const object = created(job(manual));
    expect(object.spec).toMatchObject(manual);
    expect(refusals(object)).toEqual([]);
    expect(refusals(job({ ...manual, template: template() }))).toEqual([
      'spec.template.metadata.labels: Invalid value: {}: `selector` does not match template `labels`',
    ]);
  });

  it('is refused without a selector, which only a create gives', () => {
    expect(refusals(job())).toEqual([
      'spec.selector: Required value',
      'spec.template.metadata.labels: Invalid value: {}: `selector` does not match template `labels`',
    ]);
  });
});

const indexed = (spec: Loose): Loose => ({ completionMode: 'Indexed', completions: 3, parallelism: 3, ...spec });
const failing = (rule: Loose, more: Loose = {}): Loose => ({ podFailurePolicy: { rules: [rule] }, ...more });
const RULE = 'spec.podFailurePolicy.rules[0]';
const SUCCESS = 'spec.successPolicy.rules[0]';

describe('what of a job is refused', () => {
  it.each<[Loose, string[]]>([
    [{}, []],
    [{ parallelism: -1 }, ['spec.parallelism: Invalid value: -1: must be greater than or equal to 0']],
    [
      { maxFailedIndexes: 1 },
      [
        'spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified',
        'spec.maxFailedIndexes: Invalid value: 1: requires indexed completion mode',
      ],
    ],
    [{ backoffLimitPerIndex: 1 }, ['spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode']],
    [
      indexed({ backoffLimitPerIndex: 1, maxFailedIndexes: 4 }),
      ['spec.maxFailedIndexes: Invalid value: 4: must be less than or equal to completions'],
    ],
    [
      indexed({ completions: 100_001, parallelism: 10_001, backoffLimitPerIndex: 1 }),
      [
        'spec.maxFailedIndexes: Required value: must be specified when completions is above 100000',
        'spec.parallelism: Invalid value: 10001: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index',
      ],
    ],
    [
      { completionMode: 'Odd' },
      ['spec.completionMode: Unsupported value: "Odd": supported values: "NonIndexed", "Indexed"'],
    ],
    [
      { managedBy: 'me' },
      ['spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")'],
    ],
    [
      failing(
        { action: 'FailJob', onExitCodes: { operator: 'In', values: [1] } },
        { podReplacementPolicy: 'TerminatingOrFailed' },
      ),
      ['spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: "Failed"'],
    ],
    [
      failing({ action: 'FailIndex', onExitCodes: { operator: 'In', values: [1] } }),
      [`${RULE}.action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set`],
    ],
    [
      failing({ onExitCodes: { operator: 'In', values: [3, 1, 1, 0], containerName: 'other' } }),
      [
        `${RULE}.action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]`,
        `${RULE}.onExitCodes.containerName: Invalid value: "other": must be one of the container or initContainer names in the pod template`,
        `${RULE}.onExitCodes.values[2]: Duplicate value: 1`,
        `${RULE}.onExitCodes.values[3]: Invalid value: 0: must not be 0 for the In operator`,
        `${RULE}.onExitCodes.values: Invalid value: [3,1,1,0]: must be ordered`,
      ],
    ],
    [
      failing({ action: 'Ignore' }),
      [`${RULE}: Invalid value: specifying one of OnExitCodes and OnPodConditions is required`],
    ],
    [
      {
        ...failing({ action: 'Count', onPodConditions: [{ type: 'A' }] }),
        template: template({ restartPolicy: 'OnFailure' }),
      },
      [
        'spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified',
      ],
    ],
    [
      { successPolicy: { rules: [] } },
      ['spec.successPolicy: Invalid value: {"rules":[]}: requires indexed completion mode'],
    ],
    [
      indexed({ successPolicy: { rules: [] } }),
      [
        'spec.successPolicy.rules: Required value: at least one rules must be specified when the successPolicy is specified',
      ],
    ],
    [
      indexed({ successPolicy: { rules: [{ succeededIndexes: '0-1', succeededCount: 4 }] } }),
      [
        `${SUCCESS}.succeededCount: Invalid value: 4: must be less than or equal to 3 (the number of specified completions)`,
        `${SUCCESS}.succeededCount: Invalid value: 4: must be less than or equal to 2 (the number of indexes in the specified succeededIndexes field)`,
      ],
    ],
    [
      indexed({ successPolicy: { rules: [{ succeededIndexes: '1,9' }] } }),
      [`${SUCCESS}.succeededIndexes: Invalid value: "1,9": error parsing succeededIndexes: too large index: "9"`],
    ],
    [
      { template: template({ restartPolicy: undefined }) },
      ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
    ],
  ])('%j', (spec, expected) => {
    expect(refusals(created(job(spec)))).toEqual(expected);
  });

  it('is a name that its last pod could not have as a host name', () => {
    const name = 'x'.repeat(62);
    expect(refusals(created({ metadata: { uid: UID, name }, spec: { template: template(), ...indexed({}) } }))).toEqual(
      [expect.stringContaining(`: will not able to create pod with invalid DNS label: ${name}-2`)],
    );
  });
});

describe('what of a job may change', () => {
  it('is not its selector, its mode, its policies or who manages it', () => {
    expect(updateRefusals(changed({ suspend: true, parallelism: 5, ttlSecondsAfterFinished: 1 }), stored())).toEqual(
      [],
    );
    expect(updateRefusals(changed({ completions: 2 }), stored())).toEqual([
      'spec.completions: Invalid value: 2: field is immutable',
    ]);
    expect(updateRefusals(changed({ managedBy: 'a.example/b' }), stored())).toEqual([
      'spec.managedBy: Invalid value: "a.example/b": field is immutable',
    ]);
    expect(updateRefusals(job(), stored())).toContain('spec.selector: Required value');
  });

  it('is the size of an indexed one, as a whole', () => {
    const old = indexed({});
    expect(updateRefusals(changed({ completions: 5, parallelism: 5 }, old), stored(old))).toEqual([]);
    expect(updateRefusals(changed({ completions: 5, parallelism: 4 }, old), stored(old))).toEqual([
      'spec.completions: Invalid value: 5: can only be modified in tandem with spec.parallelism',
    ]);
  });

  it('is where the pods of a suspended one go, as long as it never began', () => {
    const old = { suspend: true };
    const { template: before } = created(job(old)).spec as { template: { metadata: object; spec: object } };
    const moved = (spec: Loose): object => changed({ template: { ...before, spec: { ...before.spec, ...spec } } }, old);
    const elsewhere = {
      nodeSelector: { zone: 'a' },
      tolerations: [{ key: 'k', operator: 'Exists' }],
      schedulingGates: [{ name: 'a.example/gate' }],
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }],
          },
        },
      },
    };
    expect(updateRefusals(moved(elsewhere), stored(old))).toEqual([]);
    expect(updateRefusals(moved({ hostNetwork: true }), stored(old))).toEqual([
      expect.stringMatching(/^spec\.template: Invalid value: .*: field is immutable$/),
    ]);
    const begun = { ...stored(old), status: { startTime: '2026-01-02T03:04:05Z' } };
    expect(updateRefusals(moved(elsewhere), begun)).toHaveLength(1);
  });
});

describe('what kubectl says of a job', () => {
  it.each<[object, string]>([
    [{}, 'Running'],
    [{ conditions: [{ type: 'Suspended', status: 'True' }] }, 'Suspended'],
    [{ conditions: [{ type: 'FailureTarget', status: 'True' }] }, 'FailureTarget'],
    [
      {
        conditions: [
          { type: 'FailureTarget', status: 'True' },
          { type: 'Failed', status: 'True' },
        ],
      },
      'Failed',
    ],
  ])('%j: %s', (status, text) => {
    expect(row({ ...job(), status })['Status']).toBe(text);
  });

  it('is Terminating only as long as it has not ended', () => {
    const ending = { metadata: { ...metadata, deletionTimestamp: '2026-01-02T03:04:05Z' }, spec: {} };
    const suspended = { conditions: [{ type: 'Suspended', status: 'True' }] };
    expect(row({ ...ending, status: suspended })['Status']).toBe('Terminating');
    expect(row({ ...ending, status: { conditions: [{ type: 'Complete', status: 'True' }] } })['Status']).toBe(
      'Complete',
    );
  });

  it('warns of a job that is too big to be tracked', () => {
    const big = job({ completionMode: 'Indexed', completions: 100_001, parallelism: 10_001 });
    expect(warnings(big)).toEqual([
      expect.stringMatching(/^spec: In Indexed Jobs with a number of completions higher/),
    ]);
  });
});
