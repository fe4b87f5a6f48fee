import { describe, expect, it } from 'vitest';
import { createLogger } from './create-logger.ts';

function log(format: 'pretty' | 'json') {
  const lines: string[] = [];
  const logger = createLogger({ level: 'info', format }, { write: (text) => lines.push(text) });
  return { logger, lines };
}

describe('the log', () => {
  it('is a line for people: time, level, message, why, fields', () => {
    const { logger, lines } = log('pretty');
    logger.child({ queue: 'kubelet' }).warn({ err: new Error('gone'), shard: 3 }, 'ringing failed');
    logger.debug({}, 'not shown');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d WARN {2}ringing failed: gone queue=kubelet shard=3\n$/);
  });

  it('is JSON for machines', () => {
    const { logger, lines } = log('json');
    logger.error({ err: new Error('gone') }, 'failed');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 50, msg: 'failed', err: { message: 'gone' } });
  });

  it.each(['pretty', 'json'] as const)('holds no secret (%s)', (format) => {
    const { logger, lines } = log(format);
    logger.error({ token: 'hush', headers: { authorization: 'Bearer hush' }, a: { b: { password: 'hush' } } }, 'oops');
    expect(lines[0]).not.toContain('hush');
    expect(lines[0]).toContain('(hidden)');
  });

  it.each(['pretty', 'json'] as const)('tells of an error, and not of what was sent (%s)', (format) => {
    const { logger, lines } = log(format);
    const refused = Object.assign(new Error('NOAUTH Authentication required.'), {
      command: { name: 'hello', args: ['3', 'AUTH', 'user', 'hush'] },
    });
    logger.child({ queue: 'kubelet' }).warn({ err: new Error('ringing', { cause: refused }) }, 'failed');
    logger.warn({ err: refused }, 'failed');
    expect(lines.join('')).not.toContain('hush');
    expect(lines[1]).toContain('NOAUTH Authentication required.');
  });
});
