/**
 * Node heartbeats, the hottest rows of the system: narrow, renewed a shard at a time in one statement. The Lease
 * objects in `kube-node-lease` are created and read through the registry like any other; storage/ overlays renewTime
 * and resourceVersion from here. Every Lease in that namespace has a row; those written by a foreign kubelet have no
 * shard. All times are on the database's clock. Implemented in storage/.
 */
export interface NodeLeases {
  /** Puts the nodes' leases under a shard's renewal (their Lease objects exist already). Idempotent. */
  adopt(shard: string, nodeNames: readonly string[]): Promise<void>;
  /**
   * Renews all of the shard's leases that are not suspended and are older than `minAgeMs` (a repeated job writes
   * nothing): one UPDATE, one revision, one change-log entry. Returns how many were renewed.
   */
  renewShard(shard: string, minAgeMs: number): Promise<number>;
  /** A suspended lease is not renewed: the node's kubelet plays dead. */
  setSuspended(nodeNames: readonly string[], suspended: boolean): Promise<void>;
  /** Milliseconds since the last renewal, for the nodes that have a lease. */
  ages(nodeNames: readonly string[]): Promise<Map<string, number>>;
  /** Nodes whose last renewal is older than `ms`. */
  olderThan(ms: number): Promise<readonly { nodeName: string; ageMs: number }[]>;
  /** Shards that have leases to renew. */
  shards(): Promise<readonly string[]>;
}
