import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';

const { completed, refusals, updateRefusals, warnings } = kindFixture('CronJob');

type Loose = Record<string, unknown>;
const jobTemplate = (spec: Loose = {}): Loose => ({
  spec: { template: { spec: { restartPolicy: 'OnFailure', containers: [{ name: 'c', image: 'i' }] } }, ...spec },
});
const cron = (spec: Loose = {}, name = 'tick'): object => ({
  metadata: { name },
  spec: { schedule: '*/5 * * * *', jobTemplate: jobTemplate(), ...spec },
});
const ZONE = 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead';

describe('CronJob', () => {
  it('completes its own fields and the pods of its jobs, not the jobs', () => {
    const { spec } = completed(cron());
    expect(spec).toMatchObject({ concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3 });
    const {
      spec: { template, ...job },
    } = Object(spec?.['jobTemplate']) as { spec: { template: object } };
    expect(job).toEqual({});
    expect(template).toMatchObject({ spec: { dnsPolicy: 'ClusterFirst', terminationGracePeriodSeconds: 30 } });
  });

  it.each<[object, string[]]>([
    [cron(), []],
    [cron({ timeZone: 'Europe/Vienna' }), []],
    [cron({ schedule: '' }), ['spec.schedule: Required value']],
    [cron({ schedule: 'TZ=UTC * * * * *' }), [`spec.schedule: Invalid value: "TZ=UTC * * * * *": ${ZONE}`]],
    [
      cron({ schedule: 'CRON_TZ=Moon/Sea 0 0 * * *' }),
      [
        'spec.schedule: Invalid value: "CRON_TZ=Moon/Sea 0 0 * * *": provided bad location Moon/Sea: unknown time zone Moon/Sea',
        `spec.schedule: Invalid value: "CRON_TZ=Moon/Sea 0 0 * * *": ${ZONE}`,
      ],
    ],
    [cron({ timeZone: '' }), ['spec.timeZone: Invalid value: "": timeZone must be nil or non-empty string']],
    [cron({ timeZone: '../UTC' }), ['spec.timeZone: Invalid value: "../UTC": unknown time zone ../UTC']],
    [
      cron({ timeZone: 'local' }),
      [
        'spec.timeZone: Invalid value: "local": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
      ],
    ],
    [
      cron({ jobTemplate: jobTemplate({ selector: { matchLabels: { a: 'b' } }, manualSelector: true }) }),
      [
        'spec.jobTemplate.spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: `selector` will be auto-generated',
        'spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "nil", "false"',
      ],
    ],
    [
      cron({ jobTemplate: jobTemplate({ backoffLimitPerIndex: 1 }) }),
      ['spec.jobTemplate.spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode'],
    ],
    [
      cron({}, 'x'.repeat(53)),
      [`metadata.name: Invalid value: "${'x'.repeat(53)}": must be no more than 52 characters`],
    ],
  ])('%j', (body, expected) => {
    expect(refusals(body)).toEqual(expected);
  });

  it('spares on an update what was stored before the rule', () => {
    const old = cron({ schedule: 'TZ=UTC * * * * *', timeZone: 'Moon/Sea' }, 'x'.repeat(60));
    expect(updateRefusals(cron({ schedule: 'TZ=UTC 5 * * * *' }, 'x'.repeat(60)), old)).toEqual([]);
    expect(updateRefusals(old, old)).toEqual([
      'spec.schedule: Invalid value: "TZ=UTC * * * * *": cannot use both timeZone field and TZ or CRON_TZ in schedule',
    ]);
    expect(warnings(old)).toContainEqual(expect.stringMatching(/^cannot use CRON_TZ or TZ in spec\.schedule/));
  });
});
