import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { breakWrites } from '../../../test/support/break-writes.ts';
import { FleetWorld, type Loose } from '../../../test/support/fleet-world.ts';
import { forbidden } from '../../errors.ts';
import { seededRandom } from '../../timing/random.ts';
import { garbageCollector } from '../garbage-collector/controller.ts';
import { CRON_JOBS } from '../kinds/cron-job.ts';
import { JOBS } from '../kinds/job.ts';
import { cronJobController } from './controller.ts';

let fleet: FleetWorld;
beforeEach(async () => {
  fleet = new FleetWorld([cronJobController, garbageCollector]);
  await fleet.start();
});
afterEach(() => fleet.stop());

const MINUTE = 60_000;
const add = (spec: object = {}, of = fleet) =>
  of.add(CRON_JOBS, {
    ...{ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'c', namespace: 'default' } },
    spec: {
      ...{ schedule: '*/5 * * * *', concurrencyPolicy: 'Allow', suspend: false },
      ...{ successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 },
      jobTemplate: { metadata: { labels: { l: 'x' }, annotations: { a: 'y' } }, spec: { template: {} } },
      ...spec,
    },
  });
const change = (spec: object) =>
  fleet.edit(CRON_JOBS, 'default', 'c', (object) => {
    Object.assign(object.spec, spec);
  });
const names = (of = fleet) => of.all(JOBS).map(({ metadata }) => metadata.name);
const status = () => (fleet.get(CRON_JOBS, 'c') as Loose).status ?? {};
const told = () => fleet.events.map(({ reason }) => reason);
const end = (name: string, type: 'Complete' | 'Failed' = 'Complete') =>
  fleet.edit(JOBS, 'default', name, (job) => {
    const time = new Date(fleet.clock.now()).toISOString().replace(/\.\d+/, '');
    job.status = { conditions: [{ type, status: 'True' }], startTime: time, completionTime: time };
  });
/** Of the first start, at 00:05. */
const FIRST = Date.parse('2026-01-01T00:05:00Z') / MINUTE;

describe('a cron job', () => {
  test('starts a job at its time, of its template, and follows it to its end', async () => {
    add({ timeZone: 'Asia/Kolkata' });
    await fleet.advance(4 * MINUTE, 10_000);
    expect(names()).toEqual([]);
    await fleet.advance(2 * MINUTE, 10_000);
    expect(names()).toEqual([`c-${FIRST}`]);
    expect(fleet.all(JOBS)[0]).toMatchObject({
      metadata: {
        labels: { l: 'x' },
        annotations: { a: 'y', 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-01T05:35:00+05:30' },
        ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'c', controller: true }],
      },
      spec: { template: {} },
    });
    expect(status()).toEqual({
      active: [expect.objectContaining({ apiVersion: 'batch/v1', kind: 'Job', name: `c-${FIRST}` })],
      lastScheduleTime: '2026-01-01T00:05:00Z',
    });
    end(`c-${FIRST}`);
    await fleet.rest();
    expect(status()).toEqual({
      ...{ lastScheduleTime: '2026-01-01T00:05:00Z', lastSuccessfulTime: '2026-01-01T00:06:00Z' },
    });
    expect(fleet.events.map(({ component, message }) => `${component}: ${message}`)).toEqual([
      `cronjob-controller: Created job c-${FIRST}`,
      `cronjob-controller: Saw completed job: c-${FIRST}, condition: Complete`,
    ]);
    expect(fleet.errors).toEqual([]);
  });

  test('keeps as many ended jobs as its limits say', async () => {
    add({ schedule: '* * * * *', successfulJobsHistoryLimit: 2, failedJobsHistoryLimit: 0 });
    await fleet.advance(1_000);
    for (let start = 0; start < 6; start += 1) {
      await fleet.advance(MINUTE, 10_000);
      end(names().at(-1) ?? '', start === 5 ? 'Failed' : 'Complete');
    }
    await fleet.advance(1_000);
    expect(names()).toHaveLength(2);
    expect(told().filter((reason) => reason === 'SuccessfulDelete')).toHaveLength(4);
  });

  test.each([
    ['Allow', 3, 3, 'SuccessfulCreate'],
    ['Forbid', 1, 1, 'JobAlreadyActive'],
    ['Replace', 1, 1, 'SuccessfulDelete'],
  ])('with %s has %i running', async (concurrencyPolicy, jobs, active, reason) => {
    add({ concurrencyPolicy });
    await fleet.advance(16 * MINUTE, 10_000);
    expect(names()).toHaveLength(jobs);
    expect(status().active).toHaveLength(active);
    expect(told()).toContain(reason);
    if (concurrencyPolicy === 'Forbid') {
      // The start that was held back follows.
      end(`c-${FIRST}`);
      await fleet.rest();
      expect(names()).toEqual([`c-${FIRST}`, `c-${FIRST + 10}`]);
    }
  });

  test('suspended starts nothing, and afterwards what was missed last, unless it is too late', async () => {
    add({ suspend: true });
    await fleet.advance(12 * MINUTE, 10_000);
    expect(names()).toEqual([]);
    change({ suspend: false });
    await fleet.rest();
    expect(names()).toEqual([`c-${FIRST + 5}`]);
    change({ suspend: true });
    await fleet.advance(12 * MINUTE, 10_000);
    change({ suspend: false, startingDeadlineSeconds: 30 });
    await fleet.rest();
    expect(names()).toHaveLength(1);
  });

  test('says when it missed more than a hundred starts, and starts the last', async () => {
    add({ schedule: '* * * * *', suspend: true });
    await fleet.advance(102 * MINUTE, MINUTE);
    change({ suspend: false });
    await fleet.rest();
    expect(fleet.events).toContainEqual(
      expect.objectContaining({
        ...{ type: 'Warning', reason: 'TooManyMissedTimes' },
        message: 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
      }),
    );
    expect(names()).toHaveLength(1);
  });

  test('notes jobs that go missing, that others made in its name, and names that others took', async () => {
    add();
    await fleet.advance(6 * MINUTE, 10_000);
    await fleet.delete(JOBS, 'default', `c-${FIRST}`);
    await fleet.rest();
    expect(status().active).toBeUndefined();
    expect(told()).toContain('MissingJob');
    const { uid = '' } = (fleet.get(CRON_JOBS, 'c') as Loose).metadata;
    const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'c', uid, controller: true };
    fleet.add(JOBS, { kind: 'Job', metadata: { name: 'by-hand', namespace: 'default', ownerReferences: [owner] } });
    await fleet.rest();
    expect(told()).toContain('UnexpectedJob');
    fleet.add(JOBS, { kind: 'Job', metadata: { name: `c-${FIRST + 5}`, namespace: 'default' } });
    await fleet.advance(5 * MINUTE, 10_000);
    expect(status().active).toBeUndefined();
    expect(fleet.errors).toEqual([]);
  });

  test('tells why its jobs are refused, and starts them when they no longer are', async () => {
    add();
    fleet.refuse = ({ kind }) =>
      kind === 'Job' ? forbidden({ group: 'batch', resource: 'jobs' }, 'c-x', 'exceeded quota: q') : undefined;
    await fleet.advance(6 * MINUTE, 10_000);
    expect(fleet.events).toContainEqual(
      expect.objectContaining({
        reason: 'FailedCreate',
        message: 'Error creating job: jobs.batch "c-x" is forbidden: exceeded quota: q',
      }),
    );
    fleet.refuse = undefined;
    await fleet.advance(2 * MINUTE, 10_000);
    expect(names()).toEqual([`c-${FIRST}`]);
  });

  test.each([
    [{ schedule: '59 23 31 2 *' }, 'InvalidSchedule'],
    [{ schedule: 'never' }, 'UnparseableSchedule'],
    [{ timeZone: 'Mars/North' }, 'UnknownTimeZone'],
  ])('with %j says that it cannot, and goes on when it is mended', async (spec, reason) => {
    add(spec);
    await fleet.rest();
    expect(told()).toEqual([reason]);
    change({ schedule: '*/5 * * * *', timeZone: 'UTC' });
    await fleet.advance(6 * MINUTE, 10_000);
    expect(names()).toEqual([`c-${FIRST}`]);
    expect(fleet.errors).toEqual([]);
  });

  test('is not made late by a clock that is set', async () => {
    add({ schedule: '0 12 * * *' });
    await fleet.advance(1_000);
    fleet.clock.step(Date.parse('2026-01-01T12:00:00Z') - fleet.clock.now());
    await fleet.advance(11 * MINUTE, MINUTE);
    expect(names()).toHaveLength(1);
  });
});

test('no start is made twice, and none is lost, whatever write breaks', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(1_000_000), fc.constantFrom('Allow', 'Replace'), async (seed, concurrencyPolicy) => {
      const random = seededRandom(seed);
      const world = new FleetWorld([cronJobController, garbageCollector]);
      const made: string[] = [];
      const seen = new Set<string>();
      world.onWrite = (id, job) => {
        if (id === JOBS && job !== undefined && !seen.has(job.metadata.uid ?? '')) {
          seen.add(job.metadata.uid ?? '');
          made.push(job.metadata.name);
        }
      };
      await world.start();
      add({ schedule: '*/2 * * * *', concurrencyPolicy }, world);
      breakWrites(
        world.registry,
        () => random.next(),
        () => true,
      );
      await world.advance(21 * MINUTE, 5_000);
      const wanted = Array.from({ length: 10 }, (_, at) => `c-${FIRST - 3 + 2 * at}`);
      expect(made).toEqual(wanted);
      world.stop();
    }),
    { numRuns: 15 },
  );
});
