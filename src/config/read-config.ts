/**
 * config/: flags > environment > YAML file > defaults, in one pure function. May import errors and values. Nothing
 * outside this folder and main.ts reads the environment. Values of settings that may hold a secret are never repeated.
 */
import { checkTogether } from './check-together.ts';
import type { Config } from './config.ts';
import { readConfigFile } from './config-file.ts';
import { kubeletConfiguration, kubeletFlags } from './kubelet-configuration.ts';
import { type ConfigSources, given } from './read-setting.ts';
import { SETTINGS, type SettingName, type SettingValue } from './settings.ts';

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

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
