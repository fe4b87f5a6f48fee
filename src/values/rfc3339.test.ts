import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMicroTime, formatTime, parseTime } from './rfc3339.ts';

const MS = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

describe('times', () => {
  it('are written in UTC', () => {
    expect([formatTime(MS), formatMicroTime(MS)]).toEqual(['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.678000Z']);
  });

  it.each([
    ['2026-01-02T03:04:05.678Z', MS],
    ['2026-01-02T03:04:05.678999Z', MS],
    ['2026-01-02T04:34:05.678+01:30', MS],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ])('%s is read', (text, expected) => {
    expect(parseTime(text)).toBe(expected);
  });

  it.each([
    ...[undefined, null, '', '2026', '2026-01-02', '2026-01-02 03:04:05Z', '2026-01-02T03:04:05', '1700000000'],
    ...['2026-02-29T00:00:00Z', '2026-04-31T00:00:00Z', '2026-13-01T00:00:00Z', '2026-00-01T00:00:00Z'],
    ...['2026-01-01T24:00:00Z', '2026-01-01T00:60:00Z', '2026-01-01T00:00:00+99:00', '2026-01-00T00:00:00Z'],
  ])('%s is none', (text) => {
    expect(parseTime(text)).toBeUndefined();
  });

  it('are read as written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (ms) => {
        expect(parseTime(formatMicroTime(ms))).toBe(ms);
        expect(parseTime(formatTime(ms))).toBe(Math.floor(ms / 1_000) * 1_000);
      }),
    );
  });
});
