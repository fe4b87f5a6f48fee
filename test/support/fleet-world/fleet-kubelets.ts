/** Kubelets that do just enough: they renew leases, report their nodes Ready, and let pods run and end. */
import type { ControllerContext } from '../../../src/controllers/controller.ts';
import type { StoredObject } from '../../../src/registry/registry.ts';
import type { Fault } from '../../../src/resources/fleet/fault.ts';
import { reachOf } from '../../../src/resources/fleet/fault-reach.ts';
import { decodeObject } from '../../../src/storage/stored-object.ts';
import type { ManualClock } from '../manual-clock.ts';
import type { FleetDeletions } from './fleet-deletions.ts';
import type { FleetObjects } from './fleet-objects.ts';
import type { Loose } from './loose.ts';

interface Parts {
  readonly objects: FleetObjects;
  readonly deletions: FleetDeletions;
  readonly clock: ManualClock;
  readonly deadNodes: ReadonlySet<string>;
  /** The phase that a pod gets when a kubelet starts it. */
  readonly startPod: (pod: Loose) => 'Running' | 'Succeeded' | 'Failed' | 'Pending';
}

export class FleetKubelets {
  readonly #parts: Parts;
  readonly #leases = new Map<string, number>();
  #addresses = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** One round of all living kubelets. */
  round(): void {
    const { objects, clock } = this.#parts;
    for (const row of objects.rowsOf('nodes')) {
      if (!this.#isDead(row.name)) {
        this.#leases.set(row.name, clock.monotonic());
        this.#reportNode(row);
      }
    }
    for (const row of objects.rowsOf('pods')) {
      this.#syncPod(row);
    }
  }

  readonly leases: ControllerContext['nodeLeases'] = {
    adopt: async () => undefined,
    renewShard: async () => 0,
    setSuspended: async () => undefined,
    shards: async () => [],
    ages: async (names) =>
      new Map(names.flatMap((name) => (this.#leases.has(name) ? [[name, this.#age(name)] as const] : []))),
    olderThan: async (ms) =>
      [...this.#leases.keys()]
        .map((nodeName) => ({ nodeName, ageMs: this.#age(nodeName) }))
        .filter(({ ageMs }) => ageMs > ms),
  };

  #age = (name: string): number => this.#parts.clock.monotonic() - (this.#leases.get(name) ?? 0);

  /** By hand or by a Fault. */
  #isDead(name: string): boolean {
    const { objects, clock, deadNodes } = this.#parts;
    const row = objects.find('nodes', '', name);
    const now = clock.now();
    const holds = (stored: StoredObject): boolean => {
      const { startsAt, endsAt, meansNode, hitAt } = reachOf(decodeObject<Fault>(stored));
      const at = row === undefined || !meansNode({ name, labels: row.labels }) ? undefined : hitAt(row.uid);
      return at !== undefined && now >= Math.max(at, startsAt) && now < endsAt;
    };
    return deadNodes.has(name) || objects.rowsOf('faults.fleet.flotilla.dev').some(holds);
  }

  #reportNode(row: StoredObject): void {
    const { objects, clock } = this.#parts;
    const node = decodeObject<Loose>(row);
    const ready = node.status?.conditions?.find((c: { type: string }) => c.type === 'Ready');
    if (ready?.status !== 'True') {
      const now = new Date(clock.now()).toISOString();
      const conditions = [
        { type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime: now, lastTransitionTime: now },
      ];
      const capacity = JSON.parse(node.metadata.annotations?.['fleet.flotilla.dev/capacity'] ?? 'null') as
        | object
        | null;
      const allocatable = node.status?.allocatable ?? capacity ?? { cpu: '4', memory: '16Gi', pods: '110' };
      objects.put('nodes', { ...node, status: { ...node.status, allocatable, conditions } });
    }
  }

  #syncPod(row: StoredObject): void {
    const { objects, clock, startPod } = this.#parts;
    const pod = decodeObject<Loose>(row);
    const nodeName: string = pod.spec.nodeName ?? '';
    if (nodeName === '' || this.#isDead(nodeName) || objects.find('nodes', '', nodeName) === undefined) {
      return;
    }
    const deletion = pod.metadata.deletionTimestamp;
    if (deletion !== undefined) {
      if (Date.parse(deletion) - (pod.metadata.deletionGracePeriodSeconds ?? 0) * 1_000 + 1_000 <= clock.now()) {
        this.#endPod(pod);
      }
      return;
    }
    if ((pod.status?.phase ?? 'Pending') === 'Pending') {
      const phase = startPod(pod);
      if (phase !== 'Pending') {
        this.setPhase(row.namespace, row.name, phase);
      }
    }
  }

  /** One that others hold by a finalizer says first how it ended. */
  #endPod(pod: Loose): void {
    const { name, namespace = '', finalizers = [] } = pod.metadata;
    if (finalizers.length > 0 && ['Running', 'Pending'].includes(pod.status?.phase ?? 'Pending')) {
      this.setPhase(namespace, name, 'Failed');
    }
    if (pod.metadata.deletionGracePeriodSeconds !== 0 || finalizers.length === 0) {
      this.#parts.deletions.delete('pods', namespace, name, { gracePeriodSeconds: 0 });
    }
  }

  setPhase(namespace: string, name: string, phase: string): void {
    this.#parts.objects.edit('pods', namespace, name, (pod) => {
      const lastTransitionTime = new Date(this.#parts.clock.now()).toISOString();
      const status = phase === 'Running' ? 'True' : 'False';
      const others = (pod.status?.conditions ?? []).filter(({ type }: { type: string }) => type !== 'Ready');
      const podIP = pod.status?.podIP ?? this.#nextAddress();
      pod.status = { ...pod.status, phase, podIP, podIPs: [{ ip: podIP }] };
      pod.status = { ...pod.status, conditions: [...others, { type: 'Ready', status, lastTransitionTime }] };
    });
  }

  #nextAddress(): string {
    this.#addresses += 1;
    return `10.0.${Math.floor(this.#addresses / 250)}.${1 + (this.#addresses % 250)}`;
  }
}
