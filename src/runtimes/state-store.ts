/** Durable, host-independent state for runtimes that exist only in Flotilla (simulated). Implemented in storage/. */
export interface RuntimeStateStore {
  load(runtime: string, uids: readonly string[]): Promise<Map<string, string>>;
  loadByNodes(runtime: string, nodeNames: readonly string[] | undefined): Promise<Map<string, string>>;
  /**
   * Compare-and-set, one statement for the whole batch: a row whose state is no longer `expected` (undefined: no row)
   * is left alone, and its uid is answered. `state` undefined removes. So that a worker that was paused between load
   * and save cannot undo what its successor did.
   */
  save(
    runtime: string,
    changes: readonly {
      readonly uid: string;
      readonly nodeName: string;
      readonly state: string | undefined;
      readonly expected: string | undefined;
    }[],
  ): Promise<readonly string[]>;
}
