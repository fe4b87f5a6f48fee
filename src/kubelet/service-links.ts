/** The variables of services by namespace, kept up by a watch: ten thousand pods that start cost no list of services. */
import { Informer } from '../registry/informer.ts';
import type { Registry } from '../registry/registry.ts';
import type { Service } from '../resources/core/service.ts';
import { BoundedMap } from '../timing/bounded-map.ts';
import type { Clock } from '../timing/clock.ts';
import type { Random } from '../timing/random.ts';
import type { KubeObject } from '../values/object.ts';
import { isMaster, type ServiceAddress, serviceEnv } from './service-env.ts';

/** What a pod of the namespace is told of services; `links`: also of its own namespace's. */
export type ServiceEnvOf = (namespace: string, links: boolean) => Promise<ReadonlyMap<string, string>>;

const NAMESPACES_KEPT = 10_000;

export class ServiceLinks {
  readonly #informer: Informer<ServiceAddress>;
  readonly #namespaces = new Map<string, Map<string, ServiceAddress>>();
  readonly #made = new BoundedMap<string, ReadonlyMap<string, string>>(NAMESPACES_KEPT);
  readonly #synced: Promise<void>;
  #markSynced: () => void = () => undefined;

  constructor(clock: Clock, random: Random) {
    this.#synced = new Promise((resolve) => {
      this.#markSynced = resolve;
    });
    this.#informer = new Informer<ServiceAddress>({
      ...{ resource: 'services', project: addressOf, clock, random, eagerProgress: false },
      onChange: (key, now, before) => this.#changed(key, now, before),
    });
  }

  /** Waits for the first list, as a kubelet does. */
  readonly envOf: ServiceEnvOf = async (namespace, links) => {
    await this.#synced;
    const key = `${namespace}/${links}`;
    const known = this.#made.get(key);
    if (known !== undefined) {
      return known;
    }
    const of = (name: string): ServiceAddress[] => [...(this.#namespaces.get(name)?.values() ?? [])];
    const seen = namespace === 'default' ? of('default') : [...of('default').filter(isMaster), ...of(namespace)];
    const made = serviceEnv(seen, namespace, links);
    this.#made.set(key, made);
    return made;
  };

  /** Follows until the signal aborts. */
  async start(registry: Registry, signal: AbortSignal, onFailure: (error: unknown) => void): Promise<void> {
    await this.#informer.start(registry, signal, onFailure).catch(() => undefined);
    this.#markSynced();
  }

  #changed(key: string, now: ServiceAddress | undefined, before: ServiceAddress | undefined): void {
    const service = now ?? before;
    if (service === undefined) {
      return;
    }
    const { namespace } = service;
    const services = this.#namespaces.get(namespace) ?? new Map<string, ServiceAddress>();
    now === undefined ? services.delete(key) : services.set(key, now);
    services.size === 0 ? this.#namespaces.delete(namespace) : this.#namespaces.set(namespace, services);
    if (isMaster(service)) {
      this.#made.clear();
    }
    this.#made.delete(`${namespace}/true`);
    this.#made.delete(`${namespace}/false`);
  }
}

/** Those without an address of their own are no variables. */
function addressOf(object: KubeObject): ServiceAddress | undefined {
  const { metadata, spec = {} } = object as Service;
  const { namespace = '', name = '' } = metadata;
  const { clusterIP = '', ports = [] } = spec;
  return clusterIP === '' || clusterIP === 'None' ? undefined : { namespace, name, clusterIP, ports };
}
