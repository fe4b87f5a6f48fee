/** One scheduler a profile: its plugins, its demands, its choice, its events. They share the world and the queue. */
import type { ControllerContext } from '../../controller.ts';
import type { Emit } from '../../events.ts';
import type { PodInfo } from '../../views/pod-info.ts';
import { demandOf } from '../demand/demand.ts';
import { ReadyDemands } from '../demand/ready-demands.ts';
import type { Diagnosis } from '../diagnosis.ts';
import type { Nominations } from '../nominations.ts';
import { type Preemption, Preemptor } from '../preemption/preemptor.ts';
import type { ClusterEvent } from '../queue/cluster-event.ts';
import { NodeSelector, type Selection } from '../select-node.ts';
import type { World } from '../world/world.ts';
import { type Profile, readyProfile } from './profile.ts';

export class ProfileScheduler {
  readonly profile: Profile;
  readonly emit: Emit;
  readonly #selector: NodeSelector;
  readonly #preemptor: Preemptor;
  readonly #world: World;
  readonly #demands: ReadyDemands;

  constructor(profile: Profile, emit: Emit, world: World, nominations: Nominations, seed: number) {
    this.profile = profile;
    this.emit = emit;
    this.#world = world;
    this.#demands = new ReadyDemands(profile, world);
    this.#selector = new NodeSelector(world, nominations, seed, profile.percentageOfNodesToScore);
    this.#preemptor = new Preemptor(world, nominations, this.#selector, seed);
  }

  select(pod: PodInfo): Selection {
    return this.#selector.select(pod, this.#demands.of(pod));
  }

  /** undefined: pods of the profile do not pre-empt. */
  preempt(pod: PodInfo, diagnosis: Diagnosis): Preemption | undefined {
    const isOff = !this.profile.preempts || diagnosis.nodes === 0;
    return isOff ? undefined : this.#preemptor.preempt(pod, this.#demands.of(pod), diagnosis);
  }

  /** Whether one of the plugins that refused the pod hopes for the event. Nobody refused: anything may help. */
  helps(event: ClusterEvent, pod: PodInfo, refusing: ReadonlySet<string>): boolean {
    const demand = demandOf(pod);
    return (
      refusing.size === 0 ||
      this.profile.plugins.some(
        ({ plugin }) => refusing.has(plugin.name) && plugin.helps?.(event, demand, this.#world) === true,
      )
    );
  }

  trim(): void {
    this.#demands.trim();
  }
}

export class ProfileSchedulers {
  readonly #byName: ReadonlyMap<string, ProfileScheduler>;

  constructor(
    { config, events }: Pick<ControllerContext, 'config' | 'events'>,
    world: World,
    nominations: Nominations,
  ) {
    const { profiles, percentageOfNodesToScore } = config.scheduler;
    this.#byName = new Map(
      profiles.map((settings) => {
        const profile = readyProfile(settings, percentageOfNodesToScore);
        const emit = events(profile.schedulerName, { tellsEach: true });
        return [profile.schedulerName, new ProfileScheduler(profile, emit, world, nominations, config.seed)];
      }),
    );
  }

  get names(): ReadonlySet<string> {
    return new Set(this.#byName.keys());
  }

  /** Of a pod that one of them schedules: no other is in the queue. */
  of(pod: PodInfo): ProfileScheduler {
    const name = pod.scheduling?.schedulerName ?? 'default-scheduler';
    const scheduler = this.#byName.get(name);
    if (scheduler === undefined) {
      throw new Error(`no profile ${name}`);
    }
    return scheduler;
  }

  trim(): void {
    for (const scheduler of this.#byName.values()) {
      scheduler.trim();
    }
  }
}
