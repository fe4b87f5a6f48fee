import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createTerminal } from './terminal.ts';

class Stream extends EventEmitter {
  write(): boolean {
    return true;
  }
  fail(code: string): void {
    this.emit('error', Object.assign(new Error(code), { code }));
  }
}

describe('a terminal that goes away', () => {
  it.each([
    ['EPIPE', 0],
    ['EIO', 1],
    ['ENOSPC', 1],
  ])('ends a command: %s gives %d', (code, exitCode) => {
    const stdout = new Stream();
    const exits: number[] = [];
    createTerminal(stdout, new Stream(), (code) => exits.push(code));
    stdout.fail(code);
    expect(exits).toEqual([exitCode]);
  });

  it.each(['EPIPE', 'EIO', 'ENOSPC'])('does not end a service: %s', (code) => {
    const streams = [new Stream(), new Stream()] as const;
    const exits: number[] = [];
    createTerminal(...streams, (code) => exits.push(code)).outlive();
    streams.forEach((stream) => {
      stream.fail(code);
    });
    expect(exits).toEqual([]);
  });
});
