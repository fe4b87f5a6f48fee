/** Which shard a node's kubelet work belongs to; stable across processes and releases. */
import { hashString } from '../timing/random.ts';

export const kubeletShard = (nodeName: string, shardCount: number): string =>
  `kubelet/${hashString(nodeName) % shardCount}`;
