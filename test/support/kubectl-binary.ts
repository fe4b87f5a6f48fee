/** A kubectl of a known version, checked before it is used. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isLayerMinor, type LayerMinor, layerBinary } from './layer-binary.ts';

export type KubectlMinor = LayerMinor;
/** Those that the whole suite runs: two, or what KUBECTL_MINORS says (`29,35`). */
export const KUBECTL_MINORS = readMinors(process.env['KUBECTL_MINORS'] ?? '30,34');
/** The others, which a shorter test runs. */
export const OTHER_KUBECTL_MINORS: readonly KubectlMinor[] = ([29, 31, 32, 33, 35] as const).filter(
  (minor) => !KUBECTL_MINORS.includes(minor),
);

function readMinors(list: string): readonly KubectlMinor[] {
  const minors = list.split(',').map(Number);
  const unknown = minors.filter((minor) => !isLayerMinor(minor));
  if (unknown.length > 0) {
    throw new Error(`KUBECTL_MINORS=${list}: no kubectl 1.${unknown[0]} is known`);
  }
  return minors as KubectlMinor[];
}

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
