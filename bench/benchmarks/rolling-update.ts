/** A new image for all pods of a Deployment, a quarter at a time as by default. */
import type { Benchmark } from '../benchmark.ts';
import { BenchFleet } from '../servers/fleet.ts';

const REPLICAS = 100;
const NODES = 10;

export const rollingUpdate: Benchmark = {
  name: 'rolling-update',
  about: `From the PATCH of a Deployment's image until all ${REPLICAS} pods are new and available and no old one is left; ${NODES} simulated nodes, maxSurge and maxUnavailable 25 %.`,
  async prepare(context) {
    const fleet = await BenchFleet.start(context, NODES);
    await fleet.createNodes(NODES);
    await fleet.createPods('bench', REPLICAS);
    let version = 1;
    return async () => {
      version += 1;
      const value = await fleet.rollOut('bench', REPLICAS, `bench:${version}`);
      return [{ what: `${REPLICAS} replicas rolled over`, unit: 's', value, better: 'lower' }];
    };
  },
};
