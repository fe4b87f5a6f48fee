/**
 * A runtime whose calls end: one that hangs would hold up all nodes of its shard, those of other runtimes with them.
 * What took too long may still happen, as after any crash of a worker: the kubelet asks again, and adopts.
 */
import type { Clock } from '../timing/clock.ts';
import { TimeLimitError, withTimeLimit } from '../timing/time-limit.ts';
import { Patience } from './patience.ts';
import {
  type Breaking,
  type Collecting,
  type Handlers,
  type HostPaths,
  type HostSignals,
  type ImageStore,
  type Images,
  type MemoryVolumes,
  type Resizing,
  type Runtime,
  RuntimeError,
  type Staging,
  type Stats,
  type VolumeSizes,
} from './runtime.ts';

/** Of questions. */
const ASK_MS = 10_000;
/** Of everything, and of what changes something: calls answer at once, and tell the rest by states. */
const ACT_MS = 30_000;
/** A hook or probe has a limit of its own, which the runtime keeps; so much more makes it a runtime that hangs. */
const HANDLER_SLACK_MS = 5_000;

/** Answers what the work does, or throws RuntimeError Unavailable. */
type Limit = <T>(what: string, ms: number, work: () => Promise<T>) => Promise<T>;
/** `subject`: the pod or image that it is about; what hangs for one need not for another. */
type Bound = <T>(what: string, ms: number, work: () => Promise<T>, subject?: string) => Promise<T>;

function limitBy(name: string, clock: Clock): Limit {
  return async (what, ms, work) => {
    try {
      return await withTimeLimit(work(), ms, what, clock);
    } catch (error) {
      if (error instanceof TimeLimitError) {
        const message = `runtime "${name}" did not answer ${what} within ${ms / 1_000} s`;
        throw new RuntimeError('Unavailable', message, { cause: error });
      }
      throw error;
    }
  };
}

/** As `limitBy`, and what has hung is not waited for again and again. */
function boundBy(limit: Limit, clock: Clock): Bound {
  const patience = new Patience(clock);
  return async (what, ms, work, subject = '') => {
    const given = patience.ask(what, subject, ms);
    if ('refused' in given) {
      throw new RuntimeError('Unavailable', given.refused);
    }
    const begun = work();
    // However late, and a failure is an answer too.
    const regain = (): void => patience.regain(what, subject);
    begun.then(regain, regain);
    try {
      return await limit(what, given.ms, () => begun);
    } catch (error) {
      if (error instanceof RuntimeError && error.cause instanceof TimeLimitError) {
        patience.lose(what, subject, error.message);
      }
      throw error;
    }
  };
}

export function boundedRuntime(runtime: Runtime, clock: Clock): Runtime {
  const limit = limitBy(runtime.name, clock);
  const bound = boundBy(limit, clock);
  const { streaming, stats, handlers, resizing, breaking, staging, collecting, imageStore } = runtime;
  const { memoryVolumes, volumeSizes, hostPaths, hostSignals } = runtime;
  return {
    name: runtime.name,
    info: (node) => bound('info', ASK_MS, () => runtime.info(node)),
    list: (nodes) => bound('list', ACT_MS, () => runtime.list(nodes)),
    pod: (uid) => bound('pod', ASK_MS, () => runtime.pod(uid), uid),
    ensurePod: (spec) => bound('ensurePod', ACT_MS, () => runtime.ensurePod(spec), spec.uid),
    startContainer: (...args) => bound('startContainer', ACT_MS, () => runtime.startContainer(...args), args[0]),
    stopContainer: (...args) => bound('stopContainer', ACT_MS, () => runtime.stopContainer(...args), args[0]),
    killPod: (...args) => bound('killPod', ACT_MS, () => runtime.killPod(...args), args[0]),
    removePod: (uid) => bound('removePod', ACT_MS, () => runtime.removePod(uid), uid),
    images: boundedImages(runtime.images, bound),
    events: (signal) => runtime.events(signal),
    ...(streaming === undefined ? {} : { streaming }),
    ...(stats === undefined ? {} : { stats: boundedStats(stats, bound) }),
    ...(handlers === undefined ? {} : { handlers: boundedHandlers(handlers, limit) }),
    ...(resizing === undefined ? {} : { resizing: boundedResizing(resizing, bound) }),
    ...(breaking === undefined ? {} : { breaking: boundedBreaking(breaking, bound) }),
    ...(staging === undefined ? {} : { staging: boundedStaging(staging, bound) }),
    ...(collecting === undefined ? {} : { collecting: boundedCollecting(collecting, bound) }),
    ...(imageStore === undefined ? {} : { imageStore: boundedStore(imageStore, bound) }),
    ...(memoryVolumes === undefined ? {} : { memoryVolumes: boundedMemory(memoryVolumes, bound) }),
    ...(volumeSizes === undefined ? {} : { volumeSizes: boundedSizes(volumeSizes, bound) }),
    ...(hostPaths === undefined ? {} : { hostPaths: boundedPaths(hostPaths, bound) }),
    ...(hostSignals === undefined ? {} : { hostSignals: boundedSignals(hostSignals, bound) }),
    close: () => bound('close', ASK_MS, () => runtime.close()),
  };
}

const boundedImages = (images: Images, bound: Bound): Images => ({
  status: (...args) => bound('images.status', ASK_MS, () => images.status(...args), args[1]),
  pull: (...args) => bound('images.pull', ACT_MS, () => images.pull(...args), args[1]),
  list: (node) => bound('images.list', ASK_MS, () => images.list(node)),
  remove: (...args) => bound('images.remove', ACT_MS, () => images.remove(...args), args[1]),
});

const boundedStore = (store: ImageStore, bound: Bound): ImageStore => ({
  ...store,
  disk: (node) => bound('imageStore.disk', ASK_MS, () => store.disk(node)),
  used: (node) => bound('imageStore.used', ASK_MS, () => store.used(node)),
});

const boundedMemory = (memory: MemoryVolumes, bound: Bound): MemoryVolumes => ({
  mount: (...args) => bound('memoryVolumes.mount', ACT_MS, () => memory.mount(...args), args[0]),
  unmount: (uid) => bound('memoryVolumes.unmount', ACT_MS, () => memory.unmount(uid), uid),
});

const boundedSizes = (sizes: VolumeSizes, bound: Bound): VolumeSizes => ({
  of: (...args) => bound('volumeSizes.of', ACT_MS, () => sizes.of(...args), args[0]),
});

const boundedPaths = (paths: HostPaths, bound: Bound): HostPaths => ({
  check: (...args) => bound('hostPaths.check', ACT_MS, () => paths.check(...args), args[0]),
});

const boundedSignals = (signals: HostSignals, bound: Bound): HostSignals => ({
  left: (node) => bound('hostSignals.left', ASK_MS, () => signals.left(node)),
});

const boundedStats = (stats: Stats, bound: Bound): Stats => ({
  // Asked within the bound: a call that is refused must not be under way, its failure would be nobody's.
  ...(stats.fills === undefined
    ? {}
    : { fills: (node) => bound('stats.fills', ASK_MS, async () => stats.fills?.(node) ?? false) }),
  usage: (query, at) => bound('stats.usage', ASK_MS, async () => stats.usage(query, at), query.podUid),
});

/** Each has a time of its own: one that hangs says nothing of the next. */
const boundedHandlers = (handlers: Handlers, limit: Limit): Handlers => ({
  run: (call, signal) => limit('a handler', call.timeoutMs + HANDLER_SLACK_MS, () => handlers.run(call, signal)),
});

const boundedResizing = (resizing: Resizing, bound: Bound): Resizing => ({
  resize: (...args) => bound('resize', ACT_MS, () => resizing.resize(...args), args[0]),
});

const boundedBreaking = (breaking: Breaking, bound: Bound): Breaking => ({
  breakContainer: (...args) => bound('breakContainer', ACT_MS, () => breaking.breakContainer(...args), args[0]),
});

const boundedStaging = (staging: Staging, bound: Bound): Staging => ({
  get hasStages() {
    return staging.hasStages;
  },
  stagesOf: (pod) => bound('staging.stagesOf', ASK_MS, () => staging.stagesOf(pod), pod.uid),
});

const boundedCollecting = (collecting: Collecting, bound: Bound): Collecting => ({
  removeContainer: (...args) => bound('removeContainer', ACT_MS, () => collecting.removeContainer(...args), args[0]),
  removeLeftovers: () => bound('removeLeftovers', ACT_MS, () => collecting.removeLeftovers()),
});
