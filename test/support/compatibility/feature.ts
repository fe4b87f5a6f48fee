/**
 * compatibility/: the table of clients in docs/compatibility.md, as data: a row says what can be done, and which test
 * shows it with which client. A file a theme; `tests.ts` names what several rows name.
 */

/** A file below test/e2e and the title of a test in it, up to what differs from row to row. */
export type TestName = readonly [file: string, title: string];
export const CLIENTS = [
  'kubectl',
  'otherKubectl',
  'helm',
  'clientNode',
  'clientGo',
  'k9s',
  'headlamp',
  'browser',
] as const;
export type Client = (typeof CLIENTS)[number];

export interface Feature extends Partial<Readonly<Record<Client, TestName>>> {
  readonly feature: string;
  /** The oldest kubectl that has it or that the test drives, where that is not every one. */
  readonly sinceKubectl?: number;
  /** The same of client-go. */
  readonly sinceClientGo?: string;
}
