import { describe, expect, it } from 'vitest';
import { scheduleProblem } from './cron-schedule.ts';

describe('cron schedules', () => {
  it.each(['* * * * *', '*/5 0-23/2 1,15 jan-dec mon', '@hourly', '@every 1h30m', '0 0 ? * 0'])('%s', (schedule) => {
    expect(scheduleProblem(schedule)).toBeUndefined();
  });
  it.each([
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['a * * * *', 'failed to parse int from a: strconv.Atoi: parsing "a": invalid syntax'],
    ['@often', 'unrecognized descriptor: @often'],
    ['@every soon', 'failed to parse duration @every soon: time: invalid duration "soon"'],
  ])('%s: %s', (schedule, problem) => {
    expect(scheduleProblem(schedule)).toBe(problem);
  });
});
