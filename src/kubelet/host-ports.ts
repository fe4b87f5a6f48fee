/** Ports of the node that pods take. Pure. Source: scheduler/framework HostPortInfo, nodeports. */
import { isSidecar, type PodSpec } from './pod.ts';

export interface TakenPort {
  readonly address: string;
  readonly protocol: string;
  readonly port: number;
}

const EVERY_ADDRESS = '0.0.0.0';

/** Of what runs as long as the pod. */
export function takenPorts({ containers, initContainers = [] }: PodSpec): TakenPort[] {
  return [...containers, ...initContainers.filter(isSidecar)].flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort: port = 0, protocol = 'TCP', hostIP = '' }) =>
      port <= 0 ? [] : [{ address: hostIP === '' ? EVERY_ADDRESS : hostIP, protocol, port }],
    ),
  );
}

/** A port on every address clashes with the same port on any. */
const clash = (a: TakenPort, b: TakenPort): boolean =>
  a.address === b.address || a.address === EVERY_ADDRESS || b.address === EVERY_ADDRESS;

const keyOf = ({ protocol, port }: TakenPort): string => `${protocol}/${port}`;

/** Of the pods of a node, by number: a node may have 10,000, and each is asked about all others. */
export class HostPorts {
  readonly #byPod = new Map<string, readonly TakenPort[]>();
  readonly #byPort = new Map<string, Map<string, TakenPort[]>>();

  set(uid: string, ports: readonly TakenPort[]): void {
    this.delete(uid);
    if (ports.length > 0) {
      this.#byPod.set(uid, ports);
    }
    for (const port of ports) {
      const pods = this.#byPort.get(keyOf(port)) ?? new Map<string, TakenPort[]>();
      this.#byPort.set(keyOf(port), pods.set(uid, [...(pods.get(uid) ?? []), port]));
    }
  }

  delete(uid: string): void {
    for (const port of this.#byPod.get(uid) ?? []) {
      const pods = this.#byPort.get(keyOf(port));
      pods?.delete(uid);
      if (pods?.size === 0) {
        this.#byPort.delete(keyOf(port));
      }
    }
    this.#byPod.delete(uid);
  }

  /** Whether another pod stands in its way. */
  isTaken(port: TakenPort, byOthersThan: string): boolean {
    const pods = this.#byPort.get(keyOf(port)) ?? [];
    return [...pods].some(([uid, taken]) => uid !== byOthersThan && taken.some((one) => clash(port, one)));
  }
}
