/** What stands between a container and its start: its image and its configuration. Answers why it waits, if it does. */

import { defaultPullPolicy } from '../resources/pod/image-pull-policy.ts';
import { type ImageState, RuntimeError, type RuntimePod } from '../runtimes/runtime.ts';
import { imageReferenceProblem } from '../values/image-reference.ts';
import { formatGoDuration } from '../values/kubelet-configuration/go-duration.ts';
import { containerSpec } from './container-spec.ts';
import type { KubeletContext } from './context.ts';
import { ContainerConfigError } from './downward-values.ts';
import type { Failure } from './failure-back-off.ts';
import { faultOf } from './faults/faults.ts';
import type { ContainerStatus, Pod } from './pod.ts';
import type { StartAction, WaitingReason } from './pod-actions.ts';
import type { SlowStart } from './pod-note.ts';
import type { PodWork, ReadyStart } from './pod-work.ts';
import { pullCredentials } from './pull-credentials.ts';

export type Prepared =
  | { readonly ready: ReadyStart }
  /** `slow`: a fault holds it back. */
  | { readonly waiting?: WaitingReason; readonly nextAt: number; readonly slow?: SlowStart };

/** How often a runtime is asked that cannot say when a pull is done, and how soon a new failure becomes a back-off. */
const LOOK_AGAIN_MS = 1_000;

export async function prepareStart(
  context: KubeletContext,
  work: PodWork,
  start: StartAction,
  runtimePod: RuntimePod | undefined,
): Promise<Prepared> {
  const now = context.clock.now();
  const { name } = start.container;
  const held = context.failures.holding(work.pod.metadata.uid, name, now);
  if (held !== undefined) {
    return { waiting: waitingWhile(held, work, start), nextAt: held.retryAt };
  }
  const image = await obtainImage(context, work, start);
  if (image !== undefined) {
    return image;
  }
  const slow = faultOf(work.faults, 'SlowStart', start.container, start.kind);
  if (slow !== undefined) {
    const before = work.note.slow?.[name];
    const since = before?.attempt === start.attempt ? before.since : now;
    const nextAt = since + (slow.spec.slowStart?.delaySeconds ?? 0) * 1_000;
    if (now < nextAt) {
      return { nextAt, slow: { attempt: start.attempt, since } };
    }
  }
  try {
    const podIP = runtimePod?.podIPs?.[0] ?? (work.pod.spec.hostNetwork === true ? work.hostIP : '');
    const spec = await containerSpec(start.container, start.kind, {
      ...work,
      podIP,
      readNode: async () => work.node,
      serviceEnvOf: context.serviceEnvOf,
    });
    return { ready: { spec, attempt: start.attempt } };
  } catch (error) {
    if (!(error instanceof ContainerConfigError)) {
      throw error;
    }
    const waiting = { reason: 'CreateContainerConfigError', message: error.message };
    work.emit('Warning', 'Failed', `Error: ${error.message}`, name);
    return untilNextSync(context, work, name, waiting);
  }
}

/** Whoever can mend it may do so at any time. */
function untilNextSync(
  { failures, clock, random }: KubeletContext,
  { pod }: PodWork,
  container: string,
  waiting: WaitingReason,
): Prepared {
  return { waiting, nextAt: failures.untilNextSync(pod.metadata.uid, container, waiting, clock.now(), random).retryAt };
}

function waitingWhile({ waiting }: Failure, { emit }: PodWork, { container }: StartAction): WaitingReason {
  if (waiting.reason !== 'ErrImagePull') {
    return waiting;
  }
  const message = `Back-off pulling image "${container.image}"`;
  emit('Normal', 'BackOff', message, container.name);
  emit('Warning', 'Failed', 'Error: ImagePullBackOff', container.name);
  return { reason: 'ImagePullBackOff', message: `${message}: ErrImagePull: ${waiting.message}` };
}

/** As containerd says it. */
const unreachableRegistry = (image: string): string =>
  `failed to pull and unpack image "${image}": failed to resolve image: failed to do request: dial tcp: i/o timeout`;

/** undefined: the image is there. */
async function obtainImage(
  context: KubeletContext,
  work: PodWork,
  { container, kind }: StartAction,
): Promise<Prepared | undefined> {
  const { uid } = work.pod.metadata;
  const image = container.image ?? '';
  const problem = imageReferenceProblem(image);
  if (problem !== undefined) {
    return invalidImage(context, work, container.name, image, problem);
  }
  const pulling = context.pulls.get(`${uid}/${image}`) !== undefined;
  const policy = container.imagePullPolicy ?? defaultPullPolicy(container.image ?? '');
  try {
    let state =
      policy === 'Always' && !pulling ? undefined : await work.runtime.images.status(work.node.metadata.name, image);
    if (policy === 'Never' && state?.state !== 'present') {
      throw new RuntimeError('ImageNeverPull', `Container image "${image}" is not present with pull policy of Never`);
    }
    if (state === undefined || state.state === 'absent' || (state.state === 'failed' && !pulling)) {
      work.emit('Normal', 'Pulling', `Pulling image "${image}"`, container.name);
      context.pulls.set(`${uid}/${image}`, true);
      const fault = faultOf(work.faults, 'ImagePullError', container, kind);
      if (fault !== undefined) {
        throw new RuntimeError('ImagePull', fault.spec.imagePull?.message ?? unreachableRegistry(image));
      }
      const credentials = await pullCredentials(work.pod, image, work.readConfig, work.emit);
      state = await work.runtime.images.pull(work.node.metadata.name, image, uid, credentials);
    }
    return settlePull(context, work, container.name, image, state);
  } catch (error) {
    if (error instanceof RuntimeError && (error.code === 'ImagePull' || error.code === 'ImageNeverPull')) {
      return pullFailed(context, work, container.name, image, error);
    }
    throw error;
  }
}

/** Source: kubelet/images/image_manager.go, EnsureImageExists. */
function invalidImage(
  context: KubeletContext,
  work: PodWork,
  container: string,
  image: string,
  problem: string,
): Prepared {
  const quoted = JSON.stringify(image);
  const message = `Failed to apply default image tag ${quoted}: couldn't parse image name ${quoted}: ${problem}`;
  work.emit('Warning', 'InspectFailed', message, container);
  work.emit('Warning', 'Failed', 'Error: InvalidImageName', container);
  return untilNextSync(context, work, container, { reason: 'InvalidImageName', message });
}

function settlePull(
  context: KubeletContext,
  { pod, emit }: PodWork,
  container: string,
  image: string,
  state: ImageState,
): Prepared | undefined {
  const key = `${pod.metadata.uid}/${image}`;
  if (state.state === 'pulling') {
    const waiting = reportedPullFailure(pod, container);
    const nextAt = state.doneAt ?? context.clock.now() + LOOK_AGAIN_MS;
    return waiting === undefined ? { nextAt } : { waiting, nextAt };
  }
  if (state.state !== 'present') {
    throw new RuntimeError('ImagePull', state.state === 'failed' ? state.message : `image "${image}" is not there`);
  }
  if (context.pulls.get(key) === undefined) {
    emit('Normal', 'Pulled', `Container image "${image}" already present on machine`, container);
  } else {
    const took = formatGoDuration(state.pulledInMs ?? 0);
    const size = `Image size: ${state.sizeBytes} bytes.`;
    emit(
      'Normal',
      'Pulled',
      `Successfully pulled image "${image}" in ${took} (${took} including waiting). ${size}`,
      container,
    );
  }
  context.pulls.delete(key);
  return undefined;
}

/** While a failed pull is tried again, its failure stays the news. */
function reportedPullFailure({ status }: Pod, container: string): WaitingReason | undefined {
  const isIt = ({ name }: ContainerStatus): boolean => name === container;
  const found =
    status?.containerStatuses?.find(isIt) ??
    status?.initContainerStatuses?.find(isIt) ??
    status?.ephemeralContainerStatuses?.find(isIt);
  const waiting = found?.state.waiting;
  const { reason = '', message = '' } = waiting ?? {};
  return reason === 'ErrImagePull' || reason === 'ImagePullBackOff' ? { reason, message } : undefined;
}

function pullFailed(
  context: KubeletContext,
  { pod, emit }: PodWork,
  container: string,
  image: string,
  error: RuntimeError,
): Prepared {
  const now = context.clock.now();
  const { uid } = pod.metadata;
  context.pulls.delete(`${uid}/${image}`);
  const never = error.code === 'ImageNeverPull';
  const reason = never ? 'ErrImageNeverPull' : 'ErrImagePull';
  const waiting: WaitingReason = { reason, message: error.message };
  emit(
    'Warning',
    never ? 'ErrImageNeverPull' : 'Failed',
    never ? error.message : `Failed to pull image "${image}": ${error.message}`,
    container,
  );
  emit('Warning', 'Failed', `Error: ${reason}`, container);
  const { retryAt } = context.failures.record(uid, container, waiting, now);
  return { waiting, nextAt: Math.min(retryAt, now + LOOK_AGAIN_MS) };
}
