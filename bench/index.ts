/** The table of benchmarks, in the order they run: peers beside what they are compared with. */
import type { Benchmark } from './benchmark.ts';
import { badInput } from './benchmarks/bad-input.ts';
import { bulkCreates } from './benchmarks/bulk-creates.ts';
import { delivery } from './benchmarks/delivery.ts';
import { etcdPuts } from './benchmarks/etcd-puts.ts';
import { fanOut } from './benchmarks/fan-out.ts';
import { leaseRenewals } from './benchmarks/lease-renewals.ts';
import { neverReading } from './benchmarks/never-reading.ts';
import { nodesReady } from './benchmarks/nodes-ready.ts';
import { podCreates } from './benchmarks/pod-creates.ts';
import { podGets } from './benchmarks/pod-gets.ts';
import { podList } from './benchmarks/pod-list.ts';
import { podsRunning } from './benchmarks/pods-running.ts';
import { postgresRows } from './benchmarks/postgres-rows.ts';
import { rollingUpdate } from './benchmarks/rolling-update.ts';

export const BENCHMARKS: readonly Benchmark[] = [
  podCreates,
  bulkCreates,
  etcdPuts,
  postgresRows,
  podGets,
  podList,
  delivery,
  fanOut,
  neverReading,
  leaseRenewals,
  nodesReady,
  podsRunning,
  rollingUpdate,
  badInput,
];
