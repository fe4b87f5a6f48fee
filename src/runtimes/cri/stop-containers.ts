/** Stops containers and waits until they have ended: TERM, and KILL after the grace. */
import type { CriHost } from './host.ts';
import type { CriContainer } from './messages.ts';

/** Beyond its grace, until a runtime that hangs is given up. */
const STOP_SLACK_MS = 120_000;

export async function stopContainers(
  { client }: CriHost,
  containers: readonly CriContainer[],
  graceMs: number,
): Promise<void> {
  const timeout = Math.ceil(graceMs / 1_000);
  const options = { deadlineMs: graceMs + STOP_SLACK_MS };
  await Promise.all(containers.map(({ id }) => client.call('StopContainer', { container_id: id, timeout }, options)));
}
