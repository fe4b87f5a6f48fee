/** One node of a batch, as it was read. */
import type { StoredObject } from '../registry/registry.ts';
import type { NodeFaults } from './faults/faults.ts';
import type { Node } from './node.ts';
import type { NodeSettings } from './node-settings.ts';

export interface NodeWork {
  readonly stored: StoredObject;
  readonly node: Node;
  readonly runtimeName: string;
  readonly settings: NodeSettings;
  readonly faults: NodeFaults;
}
