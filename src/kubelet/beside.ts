/**
 * What a pass does beside the turns of its pods and nodes: it is waited for a moment, and goes on by itself. While it is
 * under way it is not begun again, and what fails late is told in the log.
 */
import type { KubeletContext } from './context.ts';

/** A pass waits for one of these at the least and two at the most. */
export const BESIDE_TICK_MS = 1_000;

/** False: it is still under way, begun by this pass or by one before. Throws as the task does. */
export async function beside(
  { besides, logger }: Pick<KubeletContext, 'besides' | 'logger'>,
  what: string,
  task: () => Promise<void>,
): Promise<boolean> {
  if (besides.has(what)) {
    return false;
  }
  const done = await besides.wait(what, task, (ended) => {
    if ('error' in ended) {
      logger.warn({ err: ended.error, what }, 'what no pass waited for has failed');
    }
  });
  return done !== undefined;
}
