/** A kubectl of a known version, checked before it is used. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type LayerMinor, layerBinary } from './layer-binary.ts';

export type KubectlMinor = LayerMinor;
/** The two that the whole suite runs. */
export const KUBECTL_MINORS: readonly KubectlMinor[] = [30, 34];

async function checkVersion(path: string, minor: KubectlMinor): Promise<void> {
  const { stdout } = await promisify(execFile)(path, ['version', '--client', '-o', 'json']);
  const { clientVersion } = JSON.parse(stdout) as { clientVersion: { minor: string } };
  if (clientVersion.minor !== String(minor)) {
    throw new Error(`${path} is kubectl 1.${clientVersion.minor}, wanted 1.${minor}`);
  }
}

export async function kubectlBinary(minor: KubectlMinor): Promise<string> {
  const path = await layerBinary(minor, 'kubectl', `kubectl-1.${minor}`);
  await checkVersion(path, minor);
  return path;
}
