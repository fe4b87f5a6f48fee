/** attach, and terminals whose size changes. */
import { expect, it } from 'vitest';
import { BUSYBOX_IMAGE } from '../../support/containers/image-tar.ts';
import type { Terminal } from '../../support/kubectl-terminal.ts';
import { until } from '../../support/until.ts';
import type { PodBench } from './pod-bench.ts';

/** Typed again and again: what a shell is told of its size comes on another way than what it is asked. */
async function showsSize(terminal: Terminal, size: string): Promise<void> {
  await until(
    () => {
      terminal.type('stty size\r');
      return new RegExp(`^${size}\r?$`, 'm').test(terminal.output());
    },
    () => `the terminal is not ${size}: ${terminal.output()}`,
  );
}

export function terminals(bench: PodBench): void {
  it('attach and exec reach a program and a terminal, which has the size of the one before it', async () => {
    const { kubectl } = bench;
    const answers = ['sh', '-c', 'while read line; do echo "got $line"; done'];
    const echo = { name: 'echo', image: BUSYBOX_IMAGE, command: answers, stdin: true };
    const shell = { name: 'main', image: BUSYBOX_IMAGE, command: ['sh'], stdin: true, tty: true };
    await kubectl.apply(bench.pod('console', '', {}, { containers: [shell, echo] }));
    await bench.ready('console');

    const plain = kubectl.terminal('attach', '-i', 'console', '-c', 'echo');
    plain.type('it\r');
    await plain.shows((text) => text.includes('got it'));
    await plain.stop();

    for (const words of [
      ['attach', '-it', 'console', '-c', 'main'],
      ['exec', '-it', 'console', '-c', 'main', '--', 'sh'],
    ]) {
      const terminal = kubectl.terminal(...words);
      await showsSize(terminal, '24 80');
      terminal.resize(99, 42);
      await showsSize(terminal, '42 99');
      await (words[0] === 'attach' ? terminal.stop() : expectExit(terminal));
    }
    // Who was attached has gone; the program has not.
    expect(await bench.field('console', '{.status.containerStatuses[*].restartCount}')).toBe('0 0');
    await kubectl.run('delete', 'pod', 'console', '--now', '--timeout=60s');
  });
}

async function expectExit(terminal: Terminal): Promise<void> {
  terminal.type('exit 7\r');
  expect(await terminal.finished).toBe(7);
}
