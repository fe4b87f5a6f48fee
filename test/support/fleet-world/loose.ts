import type { KubeObject } from '../../../src/values/object.ts';

/** Looser than the kinds' own types, so that tests can look into everything. */
// biome-ignore lint/suspicious/noExplicitAny: a test's view of arbitrary JSON.
export type Loose = KubeObject & { spec: any; status: any; metadata: KubeObject['metadata'] & { name: string } };
