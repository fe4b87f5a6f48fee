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
export const clash = (a: TakenPort, b: TakenPort): boolean =>
  a.port === b.port &&
  a.protocol === b.protocol &&
  (a.address === b.address || a.address === EVERY_ADDRESS || b.address === EVERY_ADDRESS);
