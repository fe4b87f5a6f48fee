/** Cases of robfig/cron's own tests (spec_test.go) and of cronjob/utils_test.go, and what they leave open. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatTime } from '../../values/rfc3339.ts';
import type { CronJob } from '../kinds/cron-job.ts';
import { dueTime, untilNext } from './due-time.ts';
import { zonedTime } from './new-job.ts';
import { parseSchedule } from './schedule.ts';

const at = (text: string) => Date.parse(text);
const times = (schedule: string, from: string, zone = 'UTC', count = 1) => {
  const next = parseSchedule(schedule, zone);
  const found: string[] = [];
  for (let ms = next(at(from)); ms !== undefined && found.length < count; ms = next(ms)) {
    found.push(formatTime(ms));
  }
  return found.join(' ');
};

describe('the next time', () => {
  test.each<[string, string, string]>([
    ['0/15 * * * *', '2012-07-09T14:45:00Z', '2012-07-09T15:00:00Z'],
    ['0/15 * * * *', '2012-07-09T14:59:59Z', '2012-07-09T15:00:00Z'],
    ['20-35/15 * * * *', '2012-07-09T15:45:00Z', '2012-07-09T16:20:00Z'],
    ['30 6-16/4 * * 1-5', '2012-07-13T14:30:00Z', '2012-07-16T06:30:00Z'],
    ['1-5,3,2 0 * * *', '2012-07-09T00:02:00Z', '2012-07-09T00:03:00Z'],
    ['0 0 9 Jan,Apr-Oct *', '2012-07-09T23:35:51Z', '2012-08-09T00:00:00Z'],
    ['0 0 */5 Apr,Aug,Oct Mon', '2012-07-09T23:35:51Z', '2012-08-01T00:00:00Z'],
    ['0 0 29 2 ?', '2012-07-09T23:35:51Z', '2016-02-29T00:00:00Z'],
    // Either kind of day, unless one does not care.
    ['0 0 13 * FRI', '2026-01-10T00:00:00Z', '2026-01-13T00:00:00Z'],
    ['0 0 13 * FRI', '2026-01-13T00:00:00Z', '2026-01-16T00:00:00Z'],
    ['0 0 * * sat', '2026-01-13T00:00:00Z', '2026-01-17T00:00:00Z'],
    ['@midnight', '2026-01-13T00:00:00Z', '2026-01-14T00:00:00Z'],
    ['@weekly', '2026-01-13T00:00:00Z', '2026-01-18T00:00:00Z'],
    ['@yearly', '2026-01-13T00:00:00Z', '2027-01-01T00:00:00Z'],
    ['@every 1h30m', '2026-01-13T00:00:00.900Z', '2026-01-13T01:30:00Z'],
    ['@every 10ms', '2026-01-13T00:00:00Z', '2026-01-13T00:00:01Z'],
    ['59 23 31 2 *', '2026-01-13T00:00:00Z', ''],
    ['* * * * *', '2026-01-13T00:00:00.001Z', '2026-01-13T00:01:00Z'],
  ])('%s after %s', (schedule, from, expected) => {
    expect(times(schedule, from)).toBe(expected);
  });

  test.each<[string, string, string, number, string]>([
    ['an hour that is skipped', '30 2 11 Mar ?', '2012-03-11T05:00:00Z', 1, '2013-03-11T06:30:00Z'],
    ['every hour of that day', '0 * * * ?', '2012-03-11T06:00:00Z', 2, '2012-03-11T07:00:00Z 2012-03-11T08:00:00Z'],
    [
      'an hour that is repeated',
      '30 1 4 Nov ?',
      '2012-11-04T04:00:00Z',
      2,
      '2012-11-04T05:30:00Z 2012-11-04T06:30:00Z',
    ],
    ['an hour after it', '0 3 * * ?', '2012-11-04T04:00:00Z', 1, '2012-11-04T08:00:00Z'],
  ])('%s in New York', (_, schedule, from, count, expected) => {
    expect(times(schedule, from, 'America/New_York', count)).toBe(expected);
  });

  test('a day without a midnight begins an hour later', () => {
    expect(times('30 * 15 10 *', '2017-10-14T12:00:00Z', 'America/Sao_Paulo')).toBe('2017-10-15T03:30:00Z');
    expect(times('0 0 * * *', '2017-10-14T12:00:00Z', 'America/Sao_Paulo')).toBe('2017-10-16T02:00:00Z');
  });

  test('is after the moment asked, on a minute that fits, in every zone', () => {
    const zones = [
      'UTC',
      'America/New_York',
      'Asia/Kolkata',
      'Australia/Lord_Howe',
      'America/Sao_Paulo',
      'Europe/Berlin',
    ];
    const minute = fc.nat(59);
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.nat(1_800_000_000), minute, (zone, second, of) => {
        const ms = second * 1_000;
        const found = parseSchedule(`${of} * * * *`, zone)(ms) ?? 0;
        expect(found).toBeGreaterThan(ms);
        expect(found - ms).toBeLessThanOrEqual(2.5 * 3_600_000);
        expect(zonedTime(found, zone).slice(14, 16)).toBe(String(of).padStart(2, '0'));
      }),
      { numRuns: 300 },
    );
  });

  test('of something else is refused with the parser’s words', () => {
    expect(() => parseSchedule('* * *', 'UTC')).toThrow('expected exactly 5 fields, found 3: [* * *]');
  });
});

test.each([
  [undefined, '2026-07-01T12:00:00Z'],
  ['UTC', '2026-07-01T12:00:00Z'],
  ['America/New_York', '2026-07-01T08:00:00-04:00'],
  ['Asia/Kolkata', '2026-07-01T17:30:00+05:30'],
])('a time on the clock of %s', (zone, expected) => {
  expect(zonedTime(at('2026-07-01T12:00:00Z'), zone)).toBe(expected);
});

describe('a start', () => {
  const cronJob = (spec: object, status: object = {}): CronJob =>
    ({
      metadata: { name: 'c', creationTimestamp: '2026-01-01T09:59:30Z' },
      spec: { schedule: '0 * * * *', ...spec },
      status,
    }) as unknown as CronJob;
  const look = (now: string, spec: object = {}, status: object = {}) => {
    const given = cronJob(spec, status);
    const next = parseSchedule(given.spec.schedule, 'UTC');
    const { time, hasMissedMany } = dueTime(given, at(now), next);
    const wait = untilNext(given, at(now), next) ?? Number.NaN;
    return [time === undefined ? '' : formatTime(time), hasMissedMany, formatTime(at(now) + wait - 100)];
  };
  test.each<[string, string, object, object, [string, boolean, string]]>([
    ['is not due before its time', '2026-01-01T09:59:59Z', {}, {}, ['', false, '2026-01-01T10:00:00Z']],
    ['is due at its time', '2026-01-01T10:00:00Z', {}, {}, ['2026-01-01T10:00:00Z', false, '2026-01-01T11:00:00Z']],
    ['is the last of several', '2026-01-01T14:20:00Z', {}, {}, ['2026-01-01T14:00:00Z', false, '2026-01-01T15:00:00Z']],
    [
      'says when more than a hundred were missed',
      '2026-01-08T14:20:00Z',
      {},
      {},
      ['2026-01-08T14:00:00Z', true, '2026-01-08T15:00:00Z'],
    ],
    [
      'but counts only those within the deadline',
      '2026-01-08T14:20:00Z',
      { startingDeadlineSeconds: 7_200 },
      {},
      ['2026-01-08T14:00:00Z', false, '2026-01-08T15:00:00Z'],
    ],
    [
      'is not due past the deadline',
      '2026-01-08T14:20:00Z',
      { startingDeadlineSeconds: 60 },
      {},
      ['', false, '2026-01-08T15:00:00Z'],
    ],
    [
      'is not made twice',
      '2026-01-01T10:20:00Z',
      {},
      { lastScheduleTime: '2026-01-01T10:00:00Z' },
      ['', false, '2026-01-01T11:00:00Z'],
    ],
    [
      'is found in an uneven schedule',
      '2026-01-05T07:00:00Z',
      { schedule: '30 6-16/4 * * 1-5' },
      { lastScheduleTime: '2026-01-01T14:30:00Z' },
      ['2026-01-05T06:30:00Z', false, '2026-01-05T10:30:00Z'],
    ],
  ])('%s', (_, now, spec, status, expected) => {
    expect(look(now, spec, status)).toEqual(expected);
  });
});
