/**
 * pages/: what the kubelet of a node answers at its own port (10250), for the node proxy of the API. One page a file,
 * each a pure function of what is known of the node. Source: kubelet/server/server.go, 1.34. Reads the registry and the
 * node's runtime, so any process can answer; only the counts of probes are the process's own.
 * May import what the kubelet may, and of it `faults/` and what nodes and pods are; writes nothing.
 */
import { notFound, StatusError } from '../../errors.ts';
import { decodeObject, type Registry } from '../../registry/registry.ts';
import { type Runtime, RuntimeError } from '../../runtimes/runtime.ts';
import type { Clock } from '../../timing/clock.ts';
import type { KubeObject } from '../../values/object.ts';
import type { KubeletSettings } from '../context.ts';
import type { FaultView } from '../faults/fault-view.ts';
import { NO_NODE_FAULTS } from '../faults/faults.ts';
import { type Node, runtimeOf } from '../node.ts';
import { internalIP } from '../node-addresses.ts';
import { KUBELET_PORT } from '../node-status.ts';
import { lookAtNodes } from './node-sight.ts';
import { PAGES, type Page } from './page-table.ts';
import type { ProbeCounts } from './probe-counts.ts';

interface DialError {
  readonly address: string;
  readonly message: string;
}

export interface NodePages {
  /** undefined: there is no such page. Throws 404 for no such node and 503 when its kubelet does not answer. */
  read(nodeName: string, path: string): Promise<Page | undefined>;
  /** Why nobody gets through to the node's kubelet. */
  dialError(node: KubeObject): DialError | undefined;
}

interface NodePagesOptions {
  readonly registry: Registry;
  readonly runtimes: ReadonlyMap<string, Runtime>;
  readonly config: KubeletSettings;
  readonly probes: ProbeCounts;
  readonly faults: Pick<FaultView, 'ofNode'>;
  readonly clock: Clock;
}

const REFUSED = 'connect: connection refused';

function dialErrorOf(node: Node, how: string): DialError {
  const address = `${internalIP(node)}:${KUBELET_PORT}`;
  return { address, message: `dial tcp ${address}: ${how}` };
}

export function createNodePages({ registry, runtimes, config, probes, faults, clock }: NodePagesOptions): NodePages {
  const look = lookAtNodes({ registry, config, probes, clock });
  const dialError = (object: KubeObject): DialError | undefined => {
    const node = object as Node;
    const { dead } = runtimeOf(node) === undefined ? NO_NODE_FAULTS : faults.ofNode(node);
    return dead === undefined ? undefined : dialErrorOf(node, dead === 'refused' ? REFUSED : 'i/o timeout');
  };
  return {
    dialError,
    async read(nodeName, path) {
      const stored = await registry.find('nodes', '', nodeName);
      if (stored === undefined) {
        throw notFound({ group: '', resource: 'nodes' }, nodeName);
      }
      const node = decodeObject<Node>(stored);
      const runtime = runtimes.get(runtimeOf(node) ?? '');
      const dead = dialError(node);
      if (runtime === undefined || dead !== undefined) {
        const { message } = dead ?? dialErrorOf(node, REFUSED);
        throw new StatusError('ServiceUnavailable', `error trying to reach service: ${message}`, {});
      }
      const page = Object.hasOwn(PAGES, path) ? PAGES[path] : undefined;
      try {
        return await page?.(look(node, runtime));
      } catch (error) {
        if (error instanceof RuntimeError) {
          throw new StatusError(
            'ServiceUnavailable',
            `container runtime is down: ${error.message}`,
            {},
            { cause: error },
          );
        }
        throw error;
      }
    },
  };
}
