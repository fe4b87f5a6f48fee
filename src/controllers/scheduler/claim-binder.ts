/**
 * Writes what was decided about claims: whose a volume is, and for which node one is to be made. The pods wait until
 * their claims are bound, and are tried again then; the node is promised to them. Source: volumebinding/binder.go, bindAPIUpdate.
 */
import pLimit from 'p-limit';
import { decodeObject, type Fence } from '../../registry/registry.ts';
import type { ControllerContext } from '../controller.ts';
import { CLAIMS, type Claim, SELECTED_NODE } from '../kinds/volume.ts';
import type { PodInfo } from '../views/pod-info.ts';
import { giveVolume } from '../volume-binding/bind.ts';
import { VOLUME_BINDING } from './plugins/volume-binding.ts';
import type { SchedulingQueue } from './queue/scheduling-queue.ts';
import type { Decision, PodVolumes } from './world/pod-volumes.ts';

export interface Undecided {
  readonly pod: PodInfo;
  readonly nodeName: string;
  readonly decisions: readonly Decision[];
}
const AT_ONCE = 8;
const WAITING: ReadonlySet<string> = new Set([VOLUME_BINDING]);

export class ClaimBinder {
  readonly #context: Pick<ControllerContext, 'registry'>;
  readonly #volumes: PodVolumes;
  readonly #queue: SchedulingQueue;

  constructor(context: Pick<ControllerContext, 'registry'>, volumes: PodVolumes, queue: SchedulingQueue) {
    this.#context = context;
    this.#volumes = volumes;
    this.#queue = queue;
  }

  async bind(all: readonly Undecided[], fence: Fence): Promise<void> {
    const limit = pLimit(AT_ONCE);
    await Promise.all(all.map((each) => limit(() => this.#bindOne(each, fence))));
  }

  /** Gives up decisions of which nothing was written: the pods are tried again after their back-off. */
  undo(all: readonly Undecided[]): void {
    for (const { pod, decisions } of all) {
      this.#volumes.forget(decisions);
      this.#queue.nominations.promise(pod, '');
      this.#queue.failed(pod);
    }
  }

  /** Where another pod has taken a volume first, the pod is tried again after its back-off. */
  async #bindOne(each: Undecided, fence: Fence): Promise<void> {
    const { pod, nodeName, decisions } = each;
    // Before the writes: the claims may be bound, and the event seen, before the writes are answered.
    this.#queue.waits(pod, WAITING);
    try {
      const outcomes = await Promise.all(decisions.map((decision) => this.#write(decision, nodeName, fence)));
      if (outcomes.includes(false)) {
        this.undo([each]);
      }
    } catch (error) {
      this.undo([each]);
      throw error;
    }
  }

  async #write(
    { claim: { namespace, name, uid }, volume }: Decision,
    nodeName: string,
    fence: Fence,
  ): Promise<boolean> {
    const { registry } = this.#context;
    if (volume !== undefined) {
      const stored = await registry.find(CLAIMS, namespace, name);
      const claim = stored?.uid === uid ? decodeObject<Claim>(stored) : undefined;
      return claim !== undefined && (await giveVolume({ registry }, volume, claim, fence)) !== undefined;
    }
    const place = ({ metadata }: Claim): boolean => {
      const isNews = metadata.annotations?.[SELECTED_NODE] === undefined;
      metadata.annotations = { [SELECTED_NODE]: nodeName, ...metadata.annotations };
      return isNews;
    };
    const written = await registry.modify<Claim>(CLAIMS, namespace, name, place, {
      fence,
      uid,
      component: 'kube-scheduler',
    });
    return written !== undefined && decodeObject<Claim>(written).metadata.annotations?.[SELECTED_NODE] === nodeName;
  }
}
