/**
 * The last look at each service, for as long as it is there: whether it needs another, and since when what changed is as
 * it is.
 */
import type { PodInfo } from './views/pod-info.ts';
import { hasOwnEndpoints, type ServiceInfo } from './views/service-info.ts';
import type { Views } from './views/views.ts';

export interface Look {
  readonly service: ServiceInfo;
  readonly pods: readonly PodInfo[];
  /** What it reads beside them. */
  readonly basis: readonly unknown[];
}

interface Kept extends Look {
  /** It has not seen everything, or could not write it. */
  readonly isUndone: boolean;
}

export class ServiceLooks {
  /** By the UID of the service. */
  readonly #last = new Map<string, Kept>();
  readonly #services: Views['services'];

  constructor(views: Pick<Views, 'services' | 'onService'>) {
    this.#services = views.services;
    views.onService((now, before) => before !== undefined && !isLooked(now, before) && this.#last.delete(before.uid));
  }

  get size(): number {
    return this.#last.size;
  }

  /** The service has been looked at as it is. */
  knows(service: ServiceInfo): boolean {
    const last = this.#last.get(service.uid);
    return last?.service === service && !last.isUndone;
  }

  /** Views hold the same object for as long as it is the same. */
  isSeen({ service, pods, basis }: Look): boolean {
    const last = this.#last.get(service.uid);
    return this.knows(service) && last !== undefined && isSame(last.pods, pods) && isSame(last.basis, basis);
  }

  done(look: Look): void {
    this.#keep({ ...look, isUndone: false });
  }

  /** `seen`: it is to be looked at again, but what it has seen is written. */
  undone(look: Look, seen: boolean): void {
    const kept = seen ? look : this.#last.get(look.service.uid);
    kept && this.#keep({ ...kept, isUndone: true });
  }

  /**
   * When the first of what changed since the last look did, in milliseconds; undefined: nothing whose time is known. Of a
   * first look, when the service was made. Source: k8s.io/endpointslice/util, trigger_time_tracker.go.
   */
  changedAt({ service, pods }: Look): number | undefined {
    const last = this.#last.get(service.uid);
    if (last === undefined) {
      return service.createdAt;
    }
    const before = new Map(last.pods.map(({ name, readySince }) => [name, readySince]));
    const isNews = ({ name, readySince = 0 }: PodInfo): boolean => readySince > (before.get(name) ?? 0);
    return pods
      .filter(isNews)
      .reduce<number | undefined>((first, { readySince = 0 }) => Math.min(first ?? readySince, readySince), undefined);
  }

  /** One that has gone while it was looked at is not kept. */
  #keep(look: Kept): void {
    const { namespace, name } = look.service;
    if (isLooked(this.#services.get(namespace, name), look.service)) {
      this.#last.set(look.service.uid, look);
    }
  }
}

const isLooked = (now: ServiceInfo | undefined, { uid }: ServiceInfo): boolean =>
  now?.uid === uid && hasOwnEndpoints(now);

const isSame = (before: readonly unknown[], now: readonly unknown[]): boolean =>
  before.length === now.length && before.every((one, index) => one === now[index]);
