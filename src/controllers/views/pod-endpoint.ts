/** What EndpointSlices hold of a pod beside its readiness. Most pods have none of it, and share one value. */
import { memo } from '../../values/memo.ts';
import type { Container, PodSpec } from '../kinds/pod.ts';

interface NamedPort {
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
}
export interface PodEndpoint {
  readonly hostname: string;
  readonly subdomain: string;
  /** Named ports of main containers, then of sidecars. */
  readonly ports: readonly NamedPort[];
}

/** From the compact form that `podEndpoint` makes. No part has a space, a comma or a slash in it. */
const parse = memo((text): PodEndpoint => {
  const [hostname = '', subdomain = '', list = ''] = text.split(' ');
  const ports = (list === '' ? [] : list.split(',')).map((entry) => {
    const [name = '', protocol = '', port] = entry.split('/');
    return { name, protocol, port: Number(port) };
  });
  return Object.freeze({ hostname, subdomain, ports });
});

const isSidecar = ({ restartPolicy }: Container): boolean => restartPolicy === 'Always';

export function podEndpoint({ hostname = '', subdomain = '', containers, initContainers = [] }: PodSpec): PodEndpoint {
  const ports = [...containers, ...initContainers.filter(isSidecar)].flatMap(({ ports: all = [] }) =>
    all.flatMap(({ name = '', protocol = 'TCP', containerPort = 0 }) =>
      name === '' ? [] : [`${name}/${protocol}/${containerPort}`],
    ),
  );
  return parse(`${hostname} ${subdomain} ${ports.join(',')}`);
}
