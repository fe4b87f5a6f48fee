/** What every part of the API is given. Built once by the composition root. */
import type { Registry as Metrics } from 'prom-client';
import type { Authenticator, Authorizer } from '../auth/identity.ts';
import type { ServiceAccountTokens } from '../auth/service-account-tokens.ts';
import type { Logger } from '../logger.ts';
import type { Registry } from '../registry/registry.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import type { Clock } from '../timing/clock.ts';
import type { Random } from '../timing/random.ts';
import type { KubeObject } from '../values/object.ts';
import type { ParseElsewhere } from './http/parse-bytes.ts';
import type { Spools } from './spool/spools.ts';

/** The API's slice of the configuration; see config/config.ts. */
export interface ApiSettings {
  readonly host: string;
  readonly port: number;
  /** Origins browsers may use beside our own. */
  readonly allowedOrigins: readonly string[];
  /** Largest request body, in bytes. */
  readonly bodyLimit: number;
  readonly requestTimeoutMs: number;
  /** Of live streams, in this process. */
  readonly stream: { readonly socketsPerUser: number; readonly subscriptionsPerUser: number };
}

/** One line of /readyz?verbose; `check` rejects while the part is not ready. */
export interface HealthCheck {
  readonly name: string;
  readonly check: () => Promise<void>;
}

export interface DialError {
  /** Host and port. */
  readonly address: string;
  /** In the words of Go's dialer. */
  readonly message: string;
}

/** What the kubelet of a node answers at its own port; kubelet/pages has it. */
export interface NodePages {
  /** undefined: there is no such page. Throws 404 for no such node and 503 when its kubelet does not answer. */
  read(nodeName: string, path: string): Promise<{ readonly contentType: string; readonly text: string } | undefined>;
  /** The error of a connection to the node's kubelet, when a fault keeps it from answering; undefined: it answers. */
  dialError(node: KubeObject): DialError | undefined;
}

export interface ApiContext {
  /** For long bodies. Absent: they are parsed here, and long YAML is refused. */
  readonly parseElsewhere?: ParseElsewhere;
  readonly registry: Registry;
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly accountTokens: ServiceAccountTokens;
  /** Signs the stream's resume tokens; the same for all replicas of a fleet. */
  readonly streamKey: Uint8Array;
  /** For the streaming subresources and metrics. */
  readonly runtimes: ReadonlyMap<string, Runtime>;
  readonly nodePages: NodePages;
  readonly spools: Spools;
  readonly settings: ApiSettings;
  /** PEM. Certificates of clients that `clientAuthority` issued are taken; undefined: none are. */
  readonly tls: { readonly certificate: string; readonly key: string; readonly clientAuthority?: string };
  /** Flotilla's own version, as in package.json. */
  readonly version: string;
  readonly healthChecks: readonly HealthCheck[];
  /** What GET /metrics shows; the API adds its own. */
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Aborts when the server stops: watches and streams end. */
  readonly signal: AbortSignal;
}
