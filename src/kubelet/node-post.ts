/** What a pass has found out of a node, before its status is written. */
import type { RuntimeInfo } from '../runtimes/runtime.ts';
import type { PressureReport } from './eviction/node-pressure.ts';
import type { OverLimit } from './eviction/storage-limits.ts';
import type { NodeStatus } from './node.ts';
import type { NodeWork } from './node-work.ts';

export interface NodePost {
  readonly work: NodeWork;
  readonly info: RuntimeInfo;
  readonly status: NodeStatus;
  readonly pressure: PressureReport;
  /** When the eviction signals are measured again; Infinity: never. */
  readonly measureMs: number;
  readonly over: readonly OverLimit[];
}
