/** Host ports that the pod wants must be free. A port on every address clashes with the same port on any. */
import type { Plugin, Refusal } from './plugin.ts';

const name = 'NodePorts';
const REFUSED: Refusal = {
  plugin: name,
  reasons: ["node(s) didn't have free ports for the requested pod ports"],
  preemptible: true,
};
const EVERY_ADDRESS = '0.0.0.0';

export const nodePorts: Plugin = {
  name,
  ready: ({ pod: { hostPorts } }) => {
    if (hostPorts.length === 0) {
      return undefined;
    }
    const wanted = hostPorts.map((port) => port.split('/'));
    const isTaken = (taken: string): boolean => {
      const [address, protocol, number] = taken.split('/');
      return wanted.some(
        ([wantedAddress, wantedProtocol, wantedNumber]) =>
          number === wantedNumber &&
          protocol === wantedProtocol &&
          (address === wantedAddress || address === EVERY_ADDRESS || wantedAddress === EVERY_ADDRESS),
      );
    };
    return { filterAlone: ({ ports }) => ([...ports.keys()].some(isTaken) ? REFUSED : undefined) };
  },
};
