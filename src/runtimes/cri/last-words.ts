/** What a container that ended left to say. Source: kuberuntime_container.go, getTerminationMessage. */
import { join } from 'node:path';
import type { Clock } from '../../timing/clock.ts';
import { readLog } from '../cri-log/read-log.ts';
import type { PodFolders } from '../pod-folders/pod-folders.ts';
import { logPath } from './container-config.ts';
import type { CriContainerStatus } from './messages.ts';

/** Source: kubelet, MaxContainerTerminationMessageLogLength. */
const MAX_LOG_BYTES = 2_048;
const MAX_LOG_LINES = 80;

export async function lastWords(
  folders: PodFolders,
  clock: Clock,
  uid: string,
  container: string,
  attempt: number,
  policy: string,
  { exit_code }: CriContainerStatus,
): Promise<string> {
  const written = await folders.readMessage(uid, container, attempt);
  if (written !== '' || policy !== 'FallbackToLogsOnError' || exit_code === 0) {
    return written;
  }
  const chunks: Uint8Array[] = [];
  const path = join(folders.logs(uid), logPath(container, attempt));
  const file = { path, isOver: async () => true, clock };
  try {
    for await (const chunk of readLog(file, { tailLines: MAX_LOG_LINES }, new AbortController().signal)) {
      chunks.push(chunk);
    }
  } catch {
    // No log, no words.
    return '';
  }
  return Buffer.concat(chunks).subarray(-MAX_LOG_BYTES).toString();
}
