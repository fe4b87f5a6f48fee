/**
 * Which pods belong together though they do not say so: those of a service, a replica set, a stateful set. The default
 * spread constraints count these. Source: plugins/helper/spread.go, DefaultSelector.
 */
import { type LabelSelector, selectorTest } from '../../../values/label-selector.ts';
import type { KubeObject } from '../../../values/object.ts';
import { same } from '../../equality.ts';
import type { PodInfo } from '../../views/pod-info.ts';
import type { Views } from '../../views/views.ts';

const selectorOf = ({ spec }: KubeObject): object => (spec as { selector?: object } | undefined)?.selector ?? {};
interface Service {
  readonly namespace: string;
  readonly selector: Readonly<Record<string, string>>;
}
interface Workload {
  readonly namespace: string;
  readonly uid: string;
  readonly selector: LabelSelector;
}
/** All must hold. */
export type Selectors = readonly LabelSelector[];

export class WorkloadSelectors {
  readonly #services = new Map<string, Map<string, Service>>();
  readonly #workloads = new Map<string, Workload>();
  readonly #versions = new Map<string, number>();

  constructor(views: Pick<Views, 'follow'>) {
    views.follow<Service>({
      resource: 'services',
      project: (service) => {
        const selector = selectorOf(service) as Service['selector'];
        const { namespace = '' } = service.metadata;
        return Object.keys(selector).length === 0 ? undefined : { namespace, selector };
      },
      onChange: (key, now, before) => this.#serviceChanged(key, now, before),
    });
    for (const resource of ['replicasets.apps', 'statefulsets.apps']) {
      views.follow<Workload>({
        resource,
        project: (workload) => {
          const { namespace = '', uid = '' } = workload.metadata;
          return { namespace, uid, selector: selectorOf(workload) };
        },
        onChange: (_, now, before) => this.#workloadChanged(now, before),
      });
    }
  }

  /** Changes when an answer about pods of the namespace may have changed. */
  version(namespace: string): number {
    return this.#versions.get(namespace) ?? 0;
  }

  /** Empty: the pod belongs with no others. */
  selectorsOf({
    namespace,
    labels,
    controllerUid,
  }: Pick<PodInfo, 'namespace' | 'labels' | 'controllerUid'>): Selectors {
    const services = [...(this.#services.get(namespace)?.values() ?? [])]
      .map(({ selector }) => ({ matchLabels: selector }))
      .filter((selector) => selectorTest(selector)(labels));
    const workload = this.#workloads.get(controllerUid);
    return workload === undefined ? services : [...services, workload.selector];
  }

  #changed(namespace: string): void {
    this.#versions.set(namespace, this.version(namespace) + 1);
  }

  #serviceChanged(key: string, now: Service | undefined, before: Service | undefined): void {
    const namespace = (now ?? before)?.namespace ?? '';
    if (same(now?.selector, before?.selector)) {
      return;
    }
    const services = this.#services.get(namespace) ?? new Map<string, Service>();
    this.#services.set(namespace, services);
    if (now === undefined) {
      services.delete(key);
    } else {
      services.set(key, now);
    }
    this.#changed(namespace);
  }

  #workloadChanged(now: Workload | undefined, before: Workload | undefined): void {
    if (now?.uid === before?.uid && same(now?.selector, before?.selector)) {
      return;
    }
    if (before !== undefined) {
      this.#workloads.delete(before.uid);
    }
    if (now !== undefined) {
      this.#workloads.set(now.uid, now);
    }
    this.#changed((now ?? before)?.namespace ?? '');
  }
}
