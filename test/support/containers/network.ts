/** A network namespace of the test's own, joined to the host by a veth pair: bridges and rules stay off the host. */
import { execFileSync } from 'node:child_process';

export interface TestNetwork {
  readonly name: string;
  /** Of the host, as the namespace reaches it. */
  readonly hostAddress: string;
  /** Of the namespace, as the host reaches it. */
  readonly address: string;
  /** Of the pods; routed to from the host. */
  readonly podCidr: string;
  remove(): void;
}

const run = (file: string, ...args: readonly string[]): string =>
  execFileSync(file, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
const ip = (...args: readonly string[]): string => run('ip', ...args);

let count = 0;

/** Files run side by side, each in a process of its own; one that was killed has left its routes. */
function freeSubnet(): { readonly link: string; readonly podCidr: string } {
  const routes = new Set(ip('route').split(/\s+/));
  for (let tries = 0; tries < 240; tries += 1) {
    const n = (process.pid * 7 + count + tries) % 240;
    const second = 16 + (Math.floor(process.pid / 240) % 15);
    const [link, podCidr] = [`172.${second}.${n}`, `10.${200 + second}.${n}.0/24`];
    if (!(routes.has(`${link}.0/30`) || routes.has(podCidr))) {
      return { link, podCidr };
    }
  }
  throw new Error('no subnet is free: `ip netns` shows what tests have left');
}

export function createNetwork(): TestNetwork {
  count += 1;
  const id = `${process.pid % 100_000}x${count}`;
  const name = `flt-${id}`;
  const { link, podCidr } = freeSubnet();
  const [host, address] = [`${link}.1`, `${link}.2`];
  ip('netns', 'add', name);
  try {
    ip('-n', name, 'link', 'set', 'lo', 'up');
    ip('link', 'add', `fh${id}`, 'type', 'veth', 'peer', 'name', 'up0', 'netns', name);
    ip('addr', 'add', `${host}/30`, 'dev', `fh${id}`);
    ip('link', 'set', `fh${id}`, 'up');
    ip('-n', name, 'addr', 'add', `${address}/30`, 'dev', 'up0');
    ip('-n', name, 'link', 'set', 'up0', 'up');
    ip('-n', name, 'route', 'add', 'default', 'via', host);
    ip('route', 'add', podCidr, 'via', address);
    run('nsenter', `--net=/run/netns/${name}`, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
  } catch (error) {
    ip('netns', 'del', name);
    throw error;
  }
  return { name, hostAddress: host, address, podCidr, remove: () => void ip('netns', 'del', name) };
}
