/** One setting from where it may come, in the order of precedence: flags, environment, file. */
import { StartupError, UsageError } from '../errors.ts';
import type { ConfigFile } from './config-file.ts';
import type { Setting } from './setting.ts';
import { SETTINGS, type SettingName, type SettingValue } from './settings.ts';

export type ConfigFlags = Readonly<Partial<Record<SettingName, string>>>;
export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigSources {
  readonly flags?: ConfigFlags;
  readonly env?: Environment;
  readonly file?: ConfigFile;
  /** That `kubelet.configFile` names. */
  readonly kubeletFile?: ConfigFile;
}

/** undefined: nobody set it. The first source that has it decides, even if its value is wrong: a typo never falls back silently. */
export function given<N extends SettingName>(
  name: N,
  { flags, env, file }: ConfigSources,
  fromFile: ReadonlyMap<SettingName, unknown> | undefined,
): SettingValue<N> | undefined {
  const setting = SETTINGS[name] as Setting<SettingValue<N>>;
  const flag = flags?.[name];
  if (flag !== undefined) {
    return parseValue(name, setting, flag, setting.option?.split(' ')[0] ?? 'flag', UsageError);
  }
  const variable = env?.[setting.env];
  if (variable !== undefined && variable !== '' && !isServiceLink(variable)) {
    return parseValue(name, setting, variable, setting.env);
  }
  const value = fromFile?.get(name);
  return value === undefined || value === null ? undefined : parseValue(name, setting, value, file?.path ?? 'file');
}

/** Kubernetes sets FLOTILLA_PORT=tcp://10.0.0.1:443 in pods beside a Service named flotilla; no setting of ours. */
const isServiceLink = (variable: string): boolean => variable.startsWith('tcp://');

function parseValue<T>(
  name: SettingName,
  { parser, secret }: Setting<T>,
  raw: unknown,
  source: string,
  Problem: typeof StartupError = StartupError,
): T {
  const value = parser.parse(raw);
  if (value === undefined) {
    const shown = secret === true ? 'the value' : quote(raw);
    throw new Problem(`${name} (${source}): ${shown} is not allowed; use ${parser.allowed}`);
  }
  return value;
}

function quote(raw: unknown): string {
  const text = typeof raw === 'string' ? JSON.stringify(raw) : raw instanceof Object ? 'a list or map' : String(raw);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
