/**
 * config/: flags > environment > YAML file > defaults, in one pure function. May import errors and values. Nothing
 * outside this folder and main.ts reads the environment. Values of settings that may hold a secret are never repeated.
 */
import { StartupError, UsageError } from '../errors.ts';
import type { Config } from './config.ts';
import { type ConfigFile, readConfigFile } from './config-file.ts';
import { kubeletConfiguration, kubeletFlags } from './kubelet-configuration.ts';
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

/**
 * Throws StartupError, naming the setting, its value and what is allowed, at the first one that is wrong; UsageError
 * where a flag is to blame.
 */
export function readConfig(sources: ConfigSources): Config {
  const fromFile = sources.file === undefined ? undefined : readConfigFile(sources.file);
  const get = <N extends SettingName>(name: N): SettingValue<N> => readSetting(name, sources, fromFile);
  const flags = kubeletFlags((name) => given(name, sources, fromFile));
  const config: Config = {
    roles: get('roles'),
    home: get('home'),
    databaseUrl: get('databaseUrl'),
    redisUrl: get('redisUrl'),
    seedFleet: get('seedFleet'),
    api: {
      host: get('api.host'),
      port: get('api.port'),
      tlsNames: get('api.tlsNames'),
      allowedOrigins: get('api.allowedOrigins'),
      bodyLimit: get('api.bodyLimit'),
      requestTimeoutMs: get('api.requestTimeout'),
      stream: {
        socketsPerUser: get('api.streamSocketsPerUser'),
        subscriptionsPerUser: get('api.streamSubscriptionsPerUser'),
      },
    },
    database: { poolSize: get('database.poolSize'), embeddedPort: get('database.embeddedPort') },
    shards: get('shards'),
    kubelet: {
      configFile: get('kubelet.configFile'),
      configuration: kubeletConfiguration(sources.kubeletFile, flags),
      flags,
      nodeLabels: get('kubelet.nodeLabels') ?? {},
      deadContainers: {
        perContainer: get('kubelet.maximumDeadContainersPerContainer'),
        total: get('kubelet.maximumDeadContainers'),
        minAgeMs: get('kubelet.minimumContainerTtlDuration'),
      },
      renewIntervalMs: get('kubelet.renewInterval'),
      syncConcurrency: get('kubelet.syncConcurrency'),
    },
    controllers: {
      nodeMonitorPeriodMs: get('controllers.nodeMonitorPeriod'),
      nodeMonitorGracePeriodMs: get('controllers.nodeMonitorGracePeriod'),
      podGcIntervalMs: get('controllers.podGcInterval'),
      podGcQuarantineMs: get('controllers.podGcQuarantine'),
      nodeStartupGracePeriodMs: get('controllers.nodeStartupGracePeriod'),
      nodeEvictionRate: get('controllers.nodeEvictionRate'),
      secondaryNodeEvictionRate: get('controllers.secondaryNodeEvictionRate'),
      unhealthyZoneThreshold: get('controllers.unhealthyZoneThreshold'),
      largeClusterSizeThreshold: get('controllers.largeClusterSizeThreshold'),
      terminatedPodGcThreshold: get('controllers.terminatedPodGcThreshold'),
    },
    tolerationSeconds: {
      notReady: get('controllers.defaultNotReadyTolerationSeconds') ?? get('controllers.unreadyTolerationSeconds'),
      unreachable:
        get('controllers.defaultUnreachableTolerationSeconds') ?? get('controllers.unreadyTolerationSeconds'),
    },
    scheduler: {
      percentageOfNodesToScore: get('scheduler.percentageOfNodesToScore'),
      podInitialBackoffMs: get('scheduler.podInitialBackoff'),
      podMaxBackoffMs: get('scheduler.podMaxBackoff'),
      profiles: get('scheduler.profiles'),
    },
    runtimes: get('runtimes'),
    seed: get('seed'),
    log: { level: get('log.level'), format: get('log.format') },
    retention: { minutes: get('retention.minutes'), revisions: get('retention.revisions') },
  };
  checkTogether(config);
  return deepFreeze(config);
}

/** Where the KubeletConfiguration of the fleet is. */
export function kubeletFileOf(sources: ConfigSources): string | undefined {
  return given('kubelet.configFile', sources, sources.file === undefined ? undefined : readConfigFile(sources.file));
}

function readSetting<N extends SettingName>(
  name: N,
  sources: ConfigSources,
  fromFile: ReadonlyMap<SettingName, unknown> | undefined,
): SettingValue<N> {
  return given(name, sources, fromFile) ?? SETTINGS[name].fallback;
}

/** undefined: nobody set it. The first source that has it decides, even if its value is wrong: a typo never falls back silently. */
function given<N extends SettingName>(
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

function checkTogether({ roles, databaseUrl, kubelet, controllers }: Config): void {
  const missing = SETTINGS.roles.fallback.filter((role) => !roles.includes(role));
  if (databaseUrl === undefined && missing.length > 0) {
    throw new StartupError(
      `roles (${roles.join(',')}) without DATABASE_URL: no other process could share the embedded PostgreSQL and be ` +
        `its ${missing.join(' and ')}; set DATABASE_URL to the database of the fleet, or run all roles in one process`,
    );
  }
  const { renewIntervalMs, configuration } = kubelet;
  const { nodeLeaseDurationSeconds: leaseDurationSeconds } = configuration;
  if (renewIntervalMs >= leaseDurationSeconds * 1_000) {
    throw new StartupError(
      `kubelet.renewInterval (${renewIntervalMs} ms) must be shorter than kubelet.nodeLeaseDurationSeconds ` +
        `(${leaseDurationSeconds} s), or every lease would run out between renewals`,
    );
  }
  if (controllers.nodeMonitorGracePeriodMs <= renewIntervalMs) {
    throw new StartupError(
      `controllers.nodeMonitorGracePeriod (${controllers.nodeMonitorGracePeriodMs} ms) must be longer than ` +
        `kubelet.renewInterval (${renewIntervalMs} ms), or healthy nodes would be called Unknown`,
    );
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
