/** The registry that /metrics shows, with the figures of the process: memory, CPU, event loop, garbage collection. */
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** One a process: the figures are the process's, and what watches them is never taken away. */
export function createMetrics(version: string): Registry {
  const register = new Registry();
  collectDefaultMetrics({ register });
  new Gauge({
    ...{ name: 'flotilla_build_info', registers: [register], labelNames: ['version', 'node_version'] as const },
    help: 'Always 1; its labels say what runs.',
  }).set({ version, node_version: process.version }, 1);
  return register;
}
