/** How often the tests ran kubectl: one line an invocation, in a file of the run that all its workers append to. */
import { appendFileSync } from 'node:fs';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    readonly kubectlInvocations: string;
  }
}

const isVerb = (word: string, index: number, all: readonly string[]): boolean =>
  !word.startsWith('-') && !['-n', '--namespace'].includes(all[index - 1] ?? '');

/** The line: `1.34 rollout`. Short appends are whole. */
export function countInvocation(minor: number, args: readonly string[]): void {
  appendFileSync(inject('kubectlInvocations'), `1.${minor} ${args.find(isVerb) ?? ''}\n`);
}
