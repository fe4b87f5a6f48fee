/** What a case works with: a runtime that can be opened anew, pods that are removed afterwards, and waiting. */
import type { ContainerState, Runtime, RuntimePod } from '../runtime.ts';
import { type Behaviour, containerOf, sandboxOf } from './behaviour.ts';
import type { ConformanceTarget } from './case.ts';

const LOOK_MS = 20;
/** A shell has begun by then. */
const START_MS = 1_000;

export type Exited = Extract<ContainerState, { phase: 'exited' }>;

export class Bench {
  readonly target: ConformanceTarget;
  readonly signal: AbortSignal;
  readonly #prefix: string;
  readonly #uids: string[] = [];
  #runtime: Runtime;

  constructor(target: ConformanceTarget, runtime: Runtime, prefix: string, signal: AbortSignal) {
    this.target = target;
    this.#runtime = runtime;
    this.#prefix = prefix;
    this.signal = signal;
  }

  get runtime(): Runtime {
    return this.#runtime;
  }

  /** A worker that starts anew on what the one before left. */
  async reopen(): Promise<Runtime> {
    await this.#runtime.close();
    this.#runtime = await this.target.open();
    return this.#runtime;
  }

  /** Resolves with the first value that is not undefined or false; rejects when the case is over. */
  async until<T>(what: string, probe: () => Promise<T | undefined | false>): Promise<T> {
    for (;;) {
      const value = await probe();
      if (value !== undefined && value !== false) {
        return value;
      }
      if (this.signal.aborted) {
        throw new Error(`waited in vain until ${what}`);
      }
      await this.target.clock.sleep(LOOK_MS, this.signal).catch(() => undefined);
    }
  }

  /** A pod whose sandbox is ready, with its image there. */
  async pod(behaviour: Behaviour = {}): Promise<string> {
    const uid = `${this.#prefix}-${this.#uids.length}`;
    this.#uids.push(uid);
    const spec = sandboxOf(this.target, uid, behaviour);
    await this.until('the sandbox is ready', async () => (await this.runtime.ensurePod(spec)).sandbox === 'ready');
    await this.pull(this.target.image, uid);
    return uid;
  }

  async pull(image: string, uid: string): Promise<void> {
    await this.until(`image ${image} is present`, async () => {
      const state = await this.runtime.images.pull(this.target.nodeName, image, uid);
      if (state.state === 'failed') {
        throw new Error(`pull of ${image}: ${state.message}`);
      }
      return state.state === 'present';
    });
  }

  async start(uid: string, behaviour: Behaviour = {}, attempt = 0): Promise<RuntimePod> {
    return this.runtime.startContainer(uid, containerOf(this.target, behaviour), attempt);
  }

  /** A pod with one container that runs. */
  async running(behaviour: Behaviour = {}): Promise<string> {
    const uid = await this.pod(behaviour);
    await this.start(uid, behaviour);
    await this.phase(uid, 'running');
    return uid;
  }

  /** As `running`, and its program minds what it is sent: it has said so, or where there are no logs has had time to. */
  async listening(behaviour: Behaviour = {}): Promise<string> {
    const uid = await this.running({ ...behaviour, lines: ['listening'] });
    const { capabilities } = await this.runtime.info(this.target.nodeName);
    const { streaming } = this.runtime;
    if (!capabilities.logs || streaming === undefined) {
      await this.target.clock.sleep(START_MS, this.signal);
      return uid;
    }
    await this.until('its program has begun', async () => {
      let text = '';
      for await (const chunk of streaming.logs(uid, 'main', {}, this.signal)) {
        text += Buffer.from(chunk).toString();
      }
      return text.includes('listening');
    });
    return uid;
  }

  async state(uid: string): Promise<ContainerState | undefined> {
    return (await this.runtime.pod(uid))?.containers.at(-1)?.state;
  }

  async phase(uid: string, phase: ContainerState['phase']): Promise<ContainerState> {
    return this.until(`the container of ${uid} is ${phase}`, async () => {
      const state = await this.state(uid);
      return state?.phase === phase ? state : undefined;
    });
  }

  async exited(uid: string): Promise<Exited> {
    return (await this.phase(uid, 'exited')) as Exited;
  }

  /** Removes what the case made. */
  async clear(signal: AbortSignal): Promise<void> {
    const clearing = new Bench(this.target, this.runtime, this.#prefix, signal);
    for (const uid of this.#uids) {
      await this.runtime.killPod(uid, 0);
      await clearing.until(`${uid} is down`, async () => {
        const pod = await this.runtime.pod(uid);
        const isDown = pod?.containers.every(({ state }) => state.phase !== 'running') ?? true;
        return isDown && pod?.sandbox !== 'ready';
      });
      await this.runtime.removePod(uid);
    }
  }
}
