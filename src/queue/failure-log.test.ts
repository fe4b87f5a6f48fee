import { expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { conflict, ReportedError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { FailureLog } from './failure-log.ts';

it('warns of failures of ours alone, once a second a topic', async () => {
  const lines: string[] = [];
  const logger = { warn: () => lines.push('warn'), debug: () => lines.push('debug') } as unknown as Logger;
  const clock = new ManualClock();
  const log = new FailureLog(logger, clock);
  log.report('a', new ReportedError(new Error('annotation x: no JSON')), {}, '');
  log.report('a', conflict({ group: '', resource: 'pods' }, 'a', 'lost'), {}, '');
  expect(lines).toEqual(['debug', 'debug']);
  log.report('a', new Error('ours'), {}, '');
  log.report('a', 'ours too', {}, '');
  log.report('b', new Error('ours'), {}, '');
  await clock.advance(1_000);
  log.report('a', new Error('ours'), {}, '');
  expect(lines.slice(2)).toEqual(['warn', 'warn', 'warn']);
});
