/** The YAML file as a flat map from setting to raw value. Nothing of the file's content is quoted: it may hold secrets. */
import { LineCounter, parseDocument, type YAMLError } from 'yaml';
import { StartupError } from '../errors.ts';
import { nearest } from './nearest.ts';
import { SETTING_NAMES, type SettingName } from './settings.ts';

export interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

/** Throws StartupError on bad YAML and on keys that are no setting. */
export function readConfigFile(file: ConfigFile): ReadonlyMap<SettingName, unknown> {
  const settings = new Map<SettingName, unknown>();
  const root = parseYaml(file);
  if (root !== null) {
    collect(asSection(root, '', file), '', settings, file);
  }
  return settings;
}

/** Throws StartupError. */
export function parseYaml({ path, text }: ConfigFile): unknown {
  const lines = new LineCounter();
  let problem = 'nested too deep, too many aliases, or one that leads nowhere';
  try {
    const document = parseDocument(text, { prettyErrors: false, lineCounter: lines, logLevel: 'silent' });
    const error = document.errors[0];
    if (error === undefined) {
      return document.toJS({ maxAliasCount: 100 });
    }
    problem = describe(error, lines);
  } catch {
    // yaml throws for what it only finds while it builds the value; its message would quote the file.
  }
  throw new StartupError(`${path} is not valid YAML: ${problem}`);
}

function describe(error: YAMLError, lines: LineCounter): string {
  const { line, col } = lines.linePos(error.pos[0]);
  return `${error.code.toLowerCase().replaceAll('_', ' ')} at line ${line}, column ${col}`;
}

function collect(
  section: Readonly<Record<string, unknown>>,
  prefix: string,
  settings: Map<SettingName, unknown>,
  file: ConfigFile,
): void {
  for (const [key, value] of Object.entries(section)) {
    const name = prefix + key;
    if (isSetting(name)) {
      settings.set(name, value);
    } else if (isSection(name)) {
      collect(asSection(value, name, file), `${name}.`, settings, file);
    } else {
      throw new StartupError(`${file.path} has an unknown key ${JSON.stringify(name)}${suggestion(name)}`);
    }
  }
}

const isSetting = (name: string): name is SettingName => (SETTING_NAMES as readonly string[]).includes(name);

const isSection = (name: string): boolean => SETTING_NAMES.some((setting) => setting.startsWith(`${name}.`));

/** An empty section (`api:` with nothing below) sets nothing. */
function asSection(value: unknown, name: string, { path }: ConfigFile): Readonly<Record<string, unknown>> {
  if (value === null) {
    return {};
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new StartupError(`${path}: ${name === '' ? 'the file' : name} must be a map of settings`);
  }
  return value as Readonly<Record<string, unknown>>;
}

function suggestion(name: string): string {
  const sections = SETTING_NAMES.flatMap((setting) => (setting.includes('.') ? [setting.split('.')[0] ?? ''] : []));
  const meant = nearest(name, [...SETTING_NAMES, ...sections]);
  return meant === undefined ? ': docs/configuration.md has the list' : `: did you mean "${meant}"?`;
}
