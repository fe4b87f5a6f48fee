/** Which BullMQ queue wakes a shard. Kubelets and controllers wait apart, so that neither starves the other. */
export const QUEUE_NAMES = ['heartbeat', 'kubelet', 'controllers'] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

export const queueOf = (shard: string): 'kubelet' | 'controllers' =>
  shard === 'kubelet' || shard.startsWith('kubelet/') ? 'kubelet' : 'controllers';
