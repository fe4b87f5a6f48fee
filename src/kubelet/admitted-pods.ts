/**
 * What the admitted pods of a node have been given, remembered for as long as this worker holds the node's shard without a
 * break (same epoch): admission then costs no list. Whatever the memory refuses is asked again of the store.
 */
import type { Registry } from '../registry/registry.ts';
import { runtimeUid } from '../resources/pod/mirror-pod.ts';
import { BoundedMap } from '../timing/bounded-map.ts';
import { groupedBy } from '../values/grouped-by.ts';
import { HostPorts, takenPorts } from './host-ports.ts';
import { isTerminal, type Pod, type PodSpec } from './pod.ts';
import type { NodeLoad } from './pod-admission.ts';
import { type Amounts, podRequests } from './pod-resources.ts';
import { podsOnNodes } from './pods-on-node.ts';
import { allocatedPod } from './resize/allocation.ts';

interface NodeUsage {
  readonly tenure: string;
  readonly pods: NodePods;
}

/** Requests with their sum and host ports, by pod uid, as they come and go: a node may have 10,000 pods, and each is judged. */
export class NodePods {
  readonly #pods = new Map<string, Amounts>();
  readonly #total = new Map<string, number>();
  readonly #ports = new HostPorts();

  set(uid: string, spec: PodSpec): void {
    this.delete(uid);
    const requests = podRequests(spec);
    this.#pods.set(uid, requests);
    this.#add(requests, 1);
    this.#ports.set(uid, takenPorts(spec));
  }

  delete(uid: string): void {
    this.#add(this.#pods.get(uid) ?? [], -1);
    this.#pods.delete(uid);
    this.#ports.delete(uid);
  }

  /** What all but this one have been given. */
  ofOthers(uid: string): NodeLoad {
    const used = new Map(this.#total);
    for (const [name, amount] of this.#pods.get(uid) ?? []) {
      used.set(name, (used.get(name) ?? 0) - amount);
    }
    return { used, isTaken: (port) => this.#ports.isTaken(port, uid) };
  }

  #add(requests: Iterable<readonly [string, number]>, sign: 1 | -1): void {
    for (const [name, amount] of requests) {
      this.#total.set(name, (this.#total.get(name) ?? 0) + sign * amount);
    }
  }
}

interface Wanted {
  readonly nodeName: string;
  readonly tenure: string;
  readonly resolve: (pods: NodePods) => void;
  readonly reject: (error: unknown) => void;
}

/** Nodes read by one statement: each may have hundreds of pods. */
const AT_ONCE = 50;

export class AdmittedPods {
  readonly #registry: Registry;
  readonly #nodes = new BoundedMap<string, NodeUsage>(20_000);
  #wanted: Wanted[] = [];

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** `tenure` names the uninterrupted ownership of the shard; another one reads anew. */
  async onNode(nodeName: string, tenure: string): Promise<NodePods> {
    const known = this.#nodes.get(nodeName);
    return known?.tenure === tenure ? known.pods : this.reload(nodeName, tenure);
  }

  /** All nodes that are asked for in one turn of the event loop are read together. */
  reload(nodeName: string, tenure: string): Promise<NodePods> {
    return new Promise((resolve, reject) => {
      if (this.#wanted.push({ nodeName, tenure, resolve, reject }) === 1) {
        setImmediate(() => void this.#load());
      }
    });
  }

  async #load(): Promise<void> {
    const wanted = this.#wanted;
    this.#wanted = [];
    for (let at = 0; at < wanted.length; at += AT_ONCE) {
      await this.#read(wanted.slice(at, at + AT_ONCE));
    }
  }

  async #read(wanted: readonly Wanted[]): Promise<void> {
    try {
      const found = await podsOnNodes(this.#registry, [...new Set(wanted.map(({ nodeName }) => nodeName))]);
      const byNode = groupedBy(found, ({ spec }) => spec.nodeName);
      const read = new Map<string, NodePods>();
      for (const { nodeName, tenure, resolve } of wanted) {
        const pods = read.get(nodeName) ?? admittedOf(byNode.get(nodeName) ?? []);
        read.set(nodeName, pods);
        this.#nodes.set(nodeName, { tenure, pods });
        resolve(pods);
      }
    } catch (error) {
      for (const { reject } of wanted) {
        reject(error);
      }
    }
  }

  /** The pod is over or gone. */
  release(nodeName: string, uid: string): void {
    this.#nodes.get(nodeName)?.pods.delete(uid);
  }
}

/** The kubelet sets startTime when it takes a pod; a pod without it is still to be judged. */
function admittedOf(found: readonly Pod[]): NodePods {
  const pods = new NodePods();
  for (const pod of found) {
    if (!isTerminal(pod.status) && pod.status?.startTime !== undefined) {
      pods.set(runtimeUid(pod), allocatedPod(pod).spec);
    }
  }
  return pods;
}
