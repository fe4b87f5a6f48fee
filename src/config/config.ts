/**
 * The whole configuration, typed and frozen. Read by `read-config.ts`: flags > environment > YAML file > defaults,
 * one pure function. Modules get the slice they need as an argument; nothing else reads the environment.
 */
import type { KubeletConfiguration, WholeConfiguration } from '../values/kubelet-configuration/configuration.ts';
import type { SchedulerSettings } from '../values/scheduler-profile.ts';

export type Role = 'api' | 'worker' | 'controller';

export interface Config {
  readonly roles: readonly Role[];
  /** Where data, certificates and the kubeconfig live. `FLOTILLA_HOME`, default `.flotilla` in the working folder. */
  readonly home: string;
  /** Set: use this server. Unset: the embedded one. `DATABASE_URL`. */
  readonly databaseUrl: string | undefined;
  /** Set: BullMQ on Redis. Unset: BullMQ on Postgres. `REDIS_URL`. */
  readonly redisUrl: string | undefined;
  readonly seedFleet: boolean;
  readonly api: {
    readonly host: string;
    readonly port: number;
    /** Extra names and addresses for the serving certificate. */
    readonly tlsNames: readonly string[];
    /** Origins browsers may use beside our own. */
    readonly allowedOrigins: readonly string[];
    /** Largest request body, in bytes; Kubernetes' is 3 MiB. */
    readonly bodyLimit: number;
    readonly requestTimeoutMs: number;
    /** Of live streams, in each process. */
    readonly stream: { readonly socketsPerUser: number; readonly subscriptionsPerUser: number };
  };
  readonly database: { readonly poolSize: number; readonly embeddedPort: number | undefined };
  /** Number of kubelet shards; fixed at the database's first start. */
  readonly shards: number;
  readonly kubelet: {
    readonly configFile: string | undefined;
    /** Of every node that has none of its own: defaults, under the file of `kubelet.configFile`, under the settings. */
    readonly configuration: WholeConfiguration;
    /** The settings' part of that: stronger than any KubeletConfig. */
    readonly flags: KubeletConfiguration;
    /** Of nodes that register. */
    readonly nodeLabels: Readonly<Record<string, string>>;
    /** Of ended runs of containers. */
    readonly deadContainers: {
      readonly perContainer: number;
      readonly total: number | undefined;
      readonly minAgeMs: number;
    };
    readonly renewIntervalMs: number;
    readonly syncConcurrency: number;
  };
  readonly controllers: {
    readonly nodeMonitorPeriodMs: number;
    readonly nodeMonitorGracePeriodMs: number;
    readonly podGcIntervalMs: number;
    readonly podGcQuarantineMs: number;
    readonly nodeStartupGracePeriodMs: number;
    readonly nodeEvictionRate: number;
    readonly secondaryNodeEvictionRate: number;
    readonly unhealthyZoneThreshold: number;
    readonly largeClusterSizeThreshold: number;
    readonly terminatedPodGcThreshold: number;
  };
  /** Of pods that say nothing about failing nodes. */
  readonly tolerationSeconds: { readonly notReady: number; readonly unreachable: number };
  readonly scheduler: SchedulerSettings;
  /** Runtimes that may be used, by name; `simulated` alone unless the operator enables others. */
  readonly runtimes: Readonly<
    Record<string, { readonly module?: string; readonly options: Readonly<Record<string, unknown>> }>
  >;
  /** Seed of everything random, so that a run can be repeated. */
  readonly seed: number;
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly format: 'pretty' | 'json' };
  readonly retention: { readonly minutes: number; readonly revisions: number };
}
