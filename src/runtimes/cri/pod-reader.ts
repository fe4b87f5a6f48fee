/**
 * What exists, as the CRI lists it. Concurrent questions share one list; details that cannot change any more (of what
 * runs or has ended) are asked once.
 */
import { forgetAllBut, ListedPods } from '../listed-pods.ts';
import { type RuntimeContainer, RuntimeError, type RuntimePod } from '../runtime.ts';
import type { CriClient } from './client.ts';
import { describeContainer, type SandboxDetail, type Seen } from './describe.ts';
import { NODE, POD_NAME, POD_NAMESPACE, POD_UID, TTY } from './labels.ts';
import type { CriContainer, CriContainerStatus, CriSandbox } from './messages.ts';

export interface PodParts {
  readonly uid: string;
  /** Latest last. */
  readonly sandboxes: readonly CriSandbox[];
  readonly containers: readonly CriContainer[];
}

const byAge = <T extends { readonly created_at: number; readonly metadata: { readonly attempt: number } }>(
  list: T[],
): T[] => list.sort((a, b) => a.metadata.attempt - b.metadata.attempt || a.created_at - b.created_at);

export class PodReader extends ListedPods<PodParts> {
  readonly #client: CriClient;
  readonly #seen: Seen;
  readonly #statuses = new Map<string, CriContainerStatus>();
  readonly #sandboxes = new Map<string, SandboxDetail>();
  #name: Promise<string> | undefined;

  constructor(client: CriClient, seen: Seen) {
    super();
    this.#client = client;
    this.#seen = seen;
  }

  protected override async list(): Promise<ReadonlyMap<string, PodParts>> {
    const [{ items }, { containers }] = await Promise.all([
      this.#client.call('ListPodSandbox', {}, LIST),
      this.#client.call('ListContainers', {}, LIST),
    ]);
    const pods = new Map<string, { uid: string; sandboxes: CriSandbox[]; containers: CriContainer[] }>();
    const known = new Set<string>();
    for (const sandbox of items.filter(({ labels }) => labels[NODE] !== undefined)) {
      const uid = sandbox.labels[POD_UID] ?? '';
      const pod = pods.get(uid) ?? { uid, sandboxes: [], containers: [] };
      pods.set(uid, pod);
      // A runtime that answers twice has the same one twice.
      if (!known.has(sandbox.id)) {
        known.add(sandbox.id);
        pod.sandboxes.push(sandbox);
      }
    }
    for (const container of containers) {
      const pod = pods.get(container.labels[POD_UID] ?? '');
      if (pod !== undefined && !known.has(container.id)) {
        known.add(container.id);
        pod.containers.push(container);
      }
    }
    forgetAllBut(this.#statuses, known);
    forgetAllBut(this.#sandboxes, known);
    for (const pod of pods.values()) {
      byAge(pod.sandboxes);
      byAge(pod.containers);
    }
    return pods;
  }

  override async describe({ uid, sandboxes, containers }: PodParts): Promise<RuntimePod> {
    const sandbox = sandboxes.at(-1);
    const labels = sandbox?.labels ?? {};
    const isReady = sandbox?.state === 'SANDBOX_READY';
    const { ips } = isReady ? await this.sandbox(sandbox.id) : { ips: undefined };
    const described = await Promise.all(containers.map((container) => this.#container(uid, container)));
    return {
      uid,
      namespace: labels[POD_NAMESPACE] ?? '',
      name: labels[POD_NAME] ?? '',
      nodeName: labels[NODE] ?? '',
      ...(ips === undefined || ips.length === 0 ? {} : { podIPs: ips }),
      sandbox: isReady ? 'ready' : 'stopped',
      ...(isReady && sandbox.metadata.attempt > 0 ? { remadeAt: sandbox.created_at / NANOS_PER_MS } : {}),
      containers: described.filter((container) => container !== undefined),
    };
  }

  /** Of a sandbox that is ready: its addresses and annotations do not change. */
  async sandbox(id: string): Promise<SandboxDetail> {
    const before = this.#sandboxes.get(id);
    if (before !== undefined) {
      return before;
    }
    const { status } = await this.#client.call('PodSandboxStatus', { pod_sandbox_id: id }, LIST);
    const { ip = '', additional_ips = [] } = status?.network ?? {};
    const ips = [ip, ...additional_ips.map((one) => one.ip)].filter((one) => one !== '');
    const detail = { ips, annotations: (status as { annotations?: Record<string, string> } | null)?.annotations ?? {} };
    this.#sandboxes.set(id, detail);
    return detail;
  }

  async #container(uid: string, container: CriContainer): Promise<RuntimeContainer | undefined> {
    // Made and never started: a start that did not come to its end is done again, so it is no run yet.
    if (container.state === 'CONTAINER_CREATED' && !this.#seen.isStarting(container.id)) {
      return undefined;
    }
    try {
      const described = await describeContainer(uid, container, await this.status(container), this.#seen);
      return { ...described, runtimeName: await this.#runtimeName() };
    } catch (error) {
      if (error instanceof RuntimeError && error.code === 'NotFound') {
        return undefined;
      }
      throw error;
    }
  }

  /** Asked once. */
  #runtimeName(): Promise<string> {
    this.#name ??= this.#client.call('Version', {}, LIST).then(
      ({ runtime_name }) => runtime_name,
      (error: unknown) => {
        this.#name = undefined;
        throw error;
      },
    );
    return this.#name;
  }

  /** As CreateContainer was told; undefined: the runtime does not say. */
  async isTty(id: string): Promise<boolean | undefined> {
    const { status } = await this.#client.call('ContainerStatus', { container_id: id }, LIST);
    return status === null ? undefined : status.annotations[TTY] === 'true';
  }

  async status({ id, state }: Pick<CriContainer, 'id' | 'state'>): Promise<CriContainerStatus> {
    const before = this.#statuses.get(id);
    if (before !== undefined && before.state === state) {
      return before;
    }
    const { status } = await this.#client.call('ContainerStatus', { container_id: id }, LIST);
    if (status === null) {
      throw new RuntimeError('NotFound', `container ${id} has no status`);
    }
    if (status.state === 'CONTAINER_RUNNING' || status.state === 'CONTAINER_EXITED') {
      this.#statuses.set(id, status);
    }
    return status;
  }
}

const NANOS_PER_MS = 1_000_000;
/** What only looks answers soon or not at all. */
const LIST = { deadlineMs: 15_000 };
