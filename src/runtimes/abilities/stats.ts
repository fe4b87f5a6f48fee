/** What running containers use. A part of the contract in runtime.ts. */
export interface StatsQuery {
  readonly podUid: string;
  readonly container: string;
  /** milli-CPU and bytes. */
  readonly cpuRequest?: number;
  readonly memoryRequest?: number;
  /** When it was started, in milliseconds since the epoch: to know what it has used since. */
  readonly startedAt?: number;
  /** Only a simulation needs to know. */
  readonly pod?: {
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly nodeName: string;
    /** Of the container. */
    readonly image: string;
  };
}
/** Of a disk: bytes, and files where they are counted. */
export interface DiskUse {
  readonly bytes: number;
  readonly inodes?: number;
}
/** milli-CPU and bytes of the working set. */
export interface Usage {
  cpu: number;
  memory: number;
  /** CPU time since `startedAt`, in seconds; never less than before. undefined: that is not counted. */
  cpuSeconds?: number;
  /** Bytes that it has written to the node's disk. undefined: that is not counted. */
  ephemeralStorage?: number;
  /** Of these the files of its log. */
  logs?: DiskUse;
  /** Of these what it changed of its root file system; undefined: all that are no log's. */
  rootfs?: DiskUse;
}
/** What running containers use; declared in capabilities. */
export interface Stats {
  /** At a time, milliseconds since the epoch. A promise: the host has to be asked. undefined: nothing is known of it. */
  usage(query: StatsQuery, at: number): Usage | undefined | Promise<Usage | undefined>;
  /**
   * Whether what containers use is what this node has less, so that it may run out of it; times ahead can be asked about
   * then. Only of runtimes that simulate.
   */
  fills?(nodeName: string): boolean | Promise<boolean>;
}
