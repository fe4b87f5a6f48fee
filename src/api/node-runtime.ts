/** Which runtime speaks for a node, as the node itself says. */
import type { Runtime } from '../runtimes/runtime.ts';
import { RUNTIME_ANNOTATION } from '../values/node-runtime.ts';
import type { KubeObject } from '../values/object.ts';
import type { ApiContext } from './context.ts';

export interface NodeRuntime {
  /** undefined: the node names none. */
  readonly name: string | undefined;
  /** undefined: it is not served here. */
  readonly runtime: Runtime | undefined;
}

export function runtimeOf({ runtimes }: Pick<ApiContext, 'runtimes'>, node: KubeObject | undefined): NodeRuntime {
  const name = node?.metadata.annotations?.[RUNTIME_ANNOTATION];
  return { name, runtime: name === undefined ? undefined : runtimes.get(name) };
}
