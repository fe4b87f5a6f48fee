/** Host ports that the pod wants must be free. A port on every address clashes with the same port on any. */
import type { Plugin, Refusal } from './plugin.ts';

const name = 'NodePorts';
const REFUSED: Refusal = {
  plugin: name,
  reasons: ["node(s) didn't have free ports for the requested pod ports"],
  preemptible: true,
};
const EVERY_ADDRESS = '0.0.0.0';

/** Whether a port that is taken stands in the way of one that is wanted. */
function clashTest(hostPorts: readonly string[]): (taken: string) => boolean {
  const wanted = hostPorts.map((port) => port.split('/'));
  return (taken) => {
    const [address, protocol, number] = taken.split('/');
    return wanted.some(
      ([wantedAddress, wantedProtocol, wantedNumber]) =>
        number === wantedNumber &&
        protocol === wantedProtocol &&
        (address === wantedAddress || address === EVERY_ADDRESS || wantedAddress === EVERY_ADDRESS),
    );
  };
}

export const nodePorts: Plugin = {
  name,
  ready: ({ pod: { hostPorts } }) => {
    if (hostPorts.length === 0) {
      return undefined;
    }
    const clashes = clashTest(hostPorts);
    return { filterAlone: ({ ports }) => ([...ports.keys()].some(clashes) ? REFUSED : undefined) };
  },
  helps: (event, { pod }) =>
    (event.kind === 'node' && event.before === undefined) ||
    (event.kind === 'pod-gone' && event.pod.hostPorts.some(clashTest(pod.hostPorts))),
};
