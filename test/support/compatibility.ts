/**
 * What docs/compatibility.md says of real clients, each with the test that shows it: `npm run generate` writes the
 * table, a unit test checks that the tests exist, and the gate that they passed with each of the clients.
 */
import type { Feature, TestName } from './compatibility/feature.ts';
import { ACCESS, INSIDE } from './compatibility/inside.ts';
import { READING } from './compatibility/reading.ts';
import { WORKLOADS } from './compatibility/workloads.ts';
import { WRITING } from './compatibility/writing.ts';

const E2E = 'test/e2e/';
export const FEATURES: readonly Feature[] = [...READING, ...WRITING, ...WORKLOADS, ...INSIDE, ...ACCESS];
export const pathOf = ([file]: TestName): string => E2E + file;
