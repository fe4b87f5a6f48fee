/** Resources that change while a container runs. A part of the contract in runtime.ts. */
import type { RuntimePod } from '../runtime.ts';
import type { ContainerResources } from '../specs.ts';

/** Other resources for a container while it runs; declared in capabilities. */
export interface Resizing {
  /**
   * Answers the state with the resources in force; the same again is no change. Throws RuntimeError ResizeContainer when
   * the container cannot have them: it keeps what it has.
   */
  resize(uid: string, container: string, resources: ContainerResources): Promise<RuntimePod | undefined>;
}
