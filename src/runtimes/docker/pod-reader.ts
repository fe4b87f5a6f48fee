/** What exists, as the engine lists it. Concurrent questions share one list; what runs or has ended is inspected once. */
import type Docker from 'dockerode';
import type { ContainerInfo, ContainerInspectInfo } from 'dockerode';
import { forgetAllBut, ListedPods } from '../listed-pods.ts';
import {
  type ContainerResources,
  type ContainerState,
  type RuntimeContainer,
  RuntimeError,
  type RuntimePod,
} from '../runtime.ts';
import { type Call, unlessGone } from './call.ts';
import { ATTEMPT, CONTAINER_NAME, NODE, PAUSE, POD_NAME, POD_NAMESPACE, POD_UID } from './labels.ts';
import { engineState } from './podman.ts';

export interface PodParts {
  readonly uid: string;
  /** Latest last. */
  readonly pauses: readonly ContainerInfo[];
  readonly containers: readonly ContainerInfo[];
}

export const attemptOf = ({ Labels }: ContainerInfo): number => Number(Labels[ATTEMPT] ?? 0);
const isAlive = (state: string): boolean => state === 'running' || state === 'paused' || state === 'restarting';
export const isUp = ({ State }: ContainerInfo): boolean => isAlive(State);
const LIST_MS = 15_000;

type LastWords = (uid: string, container: string, attempt: number) => Promise<string>;

export class PodReader extends ListedPods<PodParts> {
  readonly #docker: Docker;
  readonly #call: Call;
  readonly #lastWords: LastWords;
  readonly #inspected = new Map<string, ContainerInspectInfo>();
  /** By container: what its image is called later is not its business. */
  readonly #imageIds = new Map<string, string>();
  /** Given by a resize, by container id: the engine does not tell what was asked for. */
  readonly resized = new Map<string, ContainerResources>();

  constructor(docker: Docker, call: Call, lastWords: LastWords) {
    super();
    this.#docker = docker;
    this.#call = call;
    this.#lastWords = lastWords;
  }

  protected override async list(): Promise<ReadonlyMap<string, PodParts>> {
    const listing = this.#docker.listContainers({ all: true, filters: { label: [NODE] } });
    const listed = await this.#call(listing, 'Unavailable', LIST_MS);
    const containers = listed.map((one) => ({ ...one, State: engineState(one.State) }));
    const pods = new Map<string, { uid: string; pauses: ContainerInfo[]; containers: ContainerInfo[] }>();
    for (const container of containers.sort((a, b) => attemptOf(a) - attemptOf(b) || a.Created - b.Created)) {
      const uid = container.Labels[POD_UID] ?? '';
      const pod = pods.get(uid) ?? { uid, pauses: [], containers: [] };
      pods.set(uid, pod);
      (container.Labels[CONTAINER_NAME] === PAUSE ? pod.pauses : pod.containers).push(container);
    }
    const known = new Set(containers.map(({ Id }) => Id));
    forgetAllBut(this.#inspected, known);
    forgetAllBut(this.#imageIds, known);
    return pods;
  }

  override async describe({ uid, pauses, containers }: PodParts): Promise<RuntimePod> {
    const pause = pauses.at(-1);
    const { Labels: labels = {} } = pause ?? containers.at(-1) ?? {};
    const ready = pause !== undefined && isUp(pause);
    const found = ready ? await this.inspect(pause) : undefined;
    const ip = found === undefined ? '' : addressOf(found);
    const isRemade = found !== undefined && pause !== undefined && attemptOf(pause) > 0;
    const described = await Promise.all(containers.map((container) => this.#container(uid, container)));
    return {
      ...{ uid, namespace: labels[POD_NAMESPACE] ?? '', name: labels[POD_NAME] ?? '', nodeName: labels[NODE] ?? '' },
      ...(ip === '' ? {} : { podIPs: [ip] }),
      sandbox: ready ? 'ready' : 'stopped',
      ...(isRemade ? { remadeAt: Date.parse(found.Created) } : {}),
      containers: described.filter((container) => container !== undefined),
    };
  }

  /** undefined: made and never started, which is no run yet; or gone meanwhile. */
  async #container(uid: string, info: ContainerInfo): Promise<RuntimeContainer | undefined> {
    const found = info.State === 'created' ? undefined : await this.inspect(info).catch(unlessGone);
    if (found === undefined) {
      return undefined;
    }
    const [name, attempt] = [info.Labels[CONTAINER_NAME] ?? '', attemptOf(info)];
    const resources = this.resized.get(info.Id);
    const message = isAlive(found.State.Status) ? '' : await this.#lastWords(uid, name, attempt);
    return {
      ...{ name, attempt, id: info.Id, image: found.Config.Image, imageId: await this.#imageId(info) },
      state: stateOf(found, message),
      ...(resources === undefined ? {} : { resources }),
    };
  }

  /** By which it can be pulled, if it was. Source: cri-dockerd, core/convert.go, toPullableImageID. */
  async #imageId({ Id, ImageID: id }: ContainerInfo): Promise<string> {
    const before = this.#imageIds.get(Id);
    if (before !== undefined) {
      return before;
    }
    const found = await this.#call(this.#docker.getImage(id).inspect(), undefined, LIST_MS).catch(unlessGone);
    const [digest] = found?.RepoDigests ?? [];
    const imageId = digest === undefined ? `docker://${id}` : `docker-pullable://${digest}`;
    this.#imageIds.set(Id, imageId);
    return imageId;
  }

  /** Asked again when the list says something else than before. */
  async inspect({ Id, State }: ContainerInfo): Promise<ContainerInspectInfo> {
    const before = this.#inspected.get(Id);
    if (before !== undefined && before.State.Status === State) {
      return before;
    }
    const found = await this.#call(this.#docker.getContainer(Id).inspect(), undefined, LIST_MS);
    if (found === undefined) {
      throw new RuntimeError('NotFound', `container ${Id} is gone`);
    }
    found.State.Status = engineState(found.State.Status);
    this.#inspected.set(Id, found);
    return found;
  }
}

function addressOf({ NetworkSettings: { Networks } }: ContainerInspectInfo): string {
  return Object.values(Networks).find(({ IPAddress }) => IPAddress !== '')?.IPAddress ?? '';
}

function stateOf({ State: state }: ContainerInspectInfo, said: string): ContainerState {
  const startedAt = Date.parse(state.StartedAt);
  if (isAlive(state.Status)) {
    return { phase: 'running', startedAt };
  }
  const { ExitCode: exitCode, OOMKilled, Error: error } = state;
  const message = said || error;
  return {
    // The engine notes a start after it was made: of a short run, later than its end.
    ...{ phase: 'exited', startedAt, finishedAt: Math.max(startedAt, Date.parse(state.FinishedAt)), exitCode },
    reason: OOMKilled ? 'OOMKilled' : error ? 'ContainerCannotRun' : exitCode === 0 ? 'Completed' : 'Error',
    ...(message === '' ? {} : { message }),
  };
}
