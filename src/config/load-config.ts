/** The impure edge of the configuration: reads the file and the environment, then leaves the rest to `readConfig`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartupError } from '../errors.ts';
import type { Config } from './config.ts';
import type { ConfigFile } from './config-file.ts';
import { kubeletFileOf, readConfig } from './read-config.ts';
import type { ConfigFlags, Environment } from './read-setting.ts';
import { SETTINGS } from './settings.ts';

/** `file` is the path given with --config; without it FLOTILLA_CONFIG may name one. */
export function loadConfig(flags: ConfigFlags, file: string | undefined, env: Environment = process.env): Config {
  const path = file ?? env['FLOTILLA_CONFIG'];
  const sources = { flags, env, ...(path === undefined || path === '' ? {} : { file: readFile(path, '--config') }) };
  const kubelet = kubeletFileOf(sources);
  return readConfig({
    ...sources,
    ...(kubelet === undefined ? {} : { kubeletFile: readFile(kubelet, 'kubelet.configFile') }),
  });
}

/** Where `serve` puts the kubeconfig: what the client commands use unless told otherwise. */
export const defaultKubeconfigPath = (env: Environment = process.env): string =>
  join(env[SETTINGS.home.env] || SETTINGS.home.fallback, 'kubeconfig');

function readFile(path: string, setting: string): ConfigFile {
  try {
    return { path, text: readFileSync(path, 'utf8') };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartupError(`The configuration file ${path} cannot be read (${code}): check the path of ${setting}`, {
      cause: error,
    });
  }
}
