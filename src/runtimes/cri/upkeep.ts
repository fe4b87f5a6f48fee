/** What a host needs now and then: volumes that follow their objects, logs that are rotated. */
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../../logger.ts';
import { refreshVolumes } from '../pod-folders/keep-volumes.ts';
import type { LogLimits } from '../runtime.ts';
import { logPath } from './container-config.ts';
import type { CriHost } from './host.ts';
import { CONTAINER_NAME, SANDBOX_SPEC } from './labels.ts';
import type { PodParts } from './pod-reader.ts';
import type { KeptSandbox } from './sandbox-config.ts';

/** A change must be seen within a minute. */
const EVERY_MS = 30_000;
/** The kubelet's defaults. */
const LOG_LIMITS: LogLimits = { maxBytes: 10 * 1_024 * 1_024, maxFiles: 5 };

export async function keepUp(host: CriHost, logger: Logger, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await host.clock.sleep(EVERY_MS, signal).catch(() => undefined);
    if (signal.aborted) {
      return;
    }
    try {
      await keepUpOnce(host);
    } catch (error) {
      logger.warn({ err: error }, 'upkeep of the runtime failed');
    }
  }
}

export async function keepUpOnce(host: CriHost): Promise<void> {
  const pods = await host.reader.all();
  for (const parts of pods.values()) {
    await rotateLogs(host, parts, limitsOf(parts));
  }
  await refreshVolumes(host, await Promise.all([...pods.values()].map((parts) => host.reader.describe(parts))));
}

function limitsOf({ sandboxes }: PodParts): LogLimits {
  const kept = JSON.parse(sandboxes.at(-1)?.annotations[SANDBOX_SPEC] ?? '{}') as Partial<KeptSandbox>;
  return kept.logs ?? LOG_LIMITS;
}

export async function rotateLogs(
  { client, folders, clock }: Pick<CriHost, 'client' | 'folders' | 'clock'>,
  { uid, containers }: Pick<PodParts, 'uid' | 'containers'>,
  { maxBytes, maxFiles }: LogLimits = LOG_LIMITS,
): Promise<void> {
  for (const { id, state, labels, metadata } of containers) {
    const path = join(folders.logs(uid), logPath(labels[CONTAINER_NAME] ?? '', metadata.attempt));
    const { size = 0 } = (await stat(path).catch(() => undefined)) ?? {};
    if (state === 'CONTAINER_RUNNING' && size > maxBytes) {
      // Renamed first: CRI-O opens the name anew and would go on in the same file.
      await rename(path, `${path}.${new Date(clock.now()).toISOString().replace(/[-:T]|\.\d+Z/g, '')}`);
      await client.call('ReopenContainerLog', { container_id: id });
      await removeOldLogs(path, maxFiles);
    }
  }
}

async function removeOldLogs(path: string, maxFiles: number): Promise<void> {
  const folder = join(path, '..');
  const prefix = `${path.slice(folder.length + 1)}.`;
  const rotated = (await readdir(folder)).filter((name) => name.startsWith(prefix)).sort();
  for (const name of rotated.slice(0, Math.max(0, rotated.length - (maxFiles - 1)))) {
    await rm(join(folder, name), { force: true });
  }
}
