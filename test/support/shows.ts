/**
 * What a test shows of a client when it passes. `scripts/compatibility-table.mjs` reads it out of the report of a run
 * and writes the table in docs/compatibility.md; CI fails where the table says more than the tests.
 */
import { TestRunner } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    shows?: { readonly client: string; readonly feature: string }[];
  }
}

/** `client` as the table heads its column: `kubectl 1.34`, `Helm 3`. */
export function shows(client: string, ...features: string[]): void {
  const test = TestRunner.getCurrentTest();
  if (test === undefined) {
    throw new Error('only a running test shows something');
  }
  test.meta.shows = [...(test.meta.shows ?? []), ...features.map((feature) => ({ client, feature }))];
}
