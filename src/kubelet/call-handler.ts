/** Has the runtime carry out a handler of a pod: of a probe or of a hook. */
import { type HandlerCall, type HandlerResult, RuntimeError } from '../runtimes/runtime.ts';
import type { KubeletContext } from './context.ts';
import { HandlerError, handlerAction, hookAction } from './handler-action.ts';
import type { Container, Handler } from './pod.ts';
import type { PodWork } from './pod-work.ts';

export interface HandlerTarget {
  readonly work: PodWork;
  readonly container: Container;
  readonly attempt: number;
  readonly podIP: string;
  readonly handler: Handler;
  readonly purpose: HandlerCall['purpose'];
  readonly timeoutMs: number;
  /** Tells one run of the handler from the next. */
  readonly serial: number;
}

/** `problem`: it could not be carried out. undefined: it still runs, and has the pod looked at when it is over. */
export async function callHandler(
  context: KubeletContext,
  target: HandlerTarget,
): Promise<HandlerResult | { readonly problem: string } | undefined> {
  const { work, container, attempt, podIP, handler, purpose, timeoutMs, serial } = target;
  const { pod, node, runtime } = work;
  const podUid = pod.metadata.uid;
  const key = `${podUid}/${container.name}/${attempt}/${purpose}/${serial}`;
  const run = async (signal: AbortSignal) => {
    if (runtime.handlers === undefined) {
      throw new RuntimeError('Unsupported', `the runtime "${runtime.name}" runs no probes and no hooks`);
    }
    const isHook = purpose === 'postStart' || purpose === 'preStop';
    const action = (isHook ? hookAction : handlerAction)(handler, container, podIP);
    const annotations = pod.metadata.annotations ?? {};
    const nodeAnnotations = node.metadata.annotations ?? {};
    const call = { podUid, container: container.name, purpose, action, timeoutMs, annotations, nodeAnnotations };
    const begun = context.clock.monotonic();
    const result = await runtime.handlers.run(call, signal);
    if (!isHook && result.success) {
      context.probes.took(podUid, container.name, purpose, (context.clock.monotonic() - begun) / 1_000);
    }
    return result;
  };
  const outcome = await context.handlers.outcome({ key, timeoutMs, run, wake: () => context.wake(work) });
  if (outcome === undefined || 'result' in outcome) {
    return outcome?.result;
  }
  if (outcome.error instanceof RuntimeError || outcome.error instanceof HandlerError) {
    return { problem: outcome.error.message };
  }
  throw outcome.error;
}
