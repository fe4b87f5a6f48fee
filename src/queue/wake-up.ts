/** The job that wakes a shard: at most one waits, and one that is rung while it runs comes again when it has ended. */
export const wakeUp = (shard: string) => ({
  name: 'wake',
  data: { shard },
  opts: {
    removeOnComplete: true,
    removeOnFail: true,
    deduplication: { id: shard, keepLastIfActive: true },
  },
});
