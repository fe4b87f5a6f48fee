/** One subscription: a snapshot in pages and then every change, or from a resume token only the changes. */
import { badRequest } from '../../errors.ts';
import type { Registry, ResourceId, Selection } from '../../registry/registry.ts';
import type { ResourceDefinition } from '../../resources/define-resource.ts';
import { resourceId } from '../../resources/index.ts';
import { parseFieldSelector } from '../../values/field-selector.ts';
import { parseLabelSelector } from '../../values/label-selector.ts';
import { changesFrame, snapshotFrame } from './frames.ts';
import type { Subscribe } from './messages.ts';
import type { Outbox } from './outbox.ts';
import { decodeToken, encodeToken } from './resume-token.ts';

/** Objects a frame: about 1 MB of pods. */
const PAGE = 500;

export interface SubscriptionOptions {
  readonly request: Subscribe;
  readonly definition: ResourceDefinition;
  readonly registry: Registry;
  readonly outbox: Outbox;
  readonly signal: AbortSignal;
}

/** Throws 400 when no kind of the table is meant. */
export function findDefinition(registry: Registry, { apiVersion, kind }: Subscribe): ResourceDefinition {
  const found = registry
    .definitions()
    .find(
      ({ group, version, kind: name }) =>
        name === kind && apiVersion === (group === '' ? version : `${group}/${version}`),
    );
  if (found === undefined) {
    throw badRequest(`no matches for kind "${kind}" in version "${apiVersion}"`);
  }
  return found;
}

function selectionOf({ namespace, labelSelector, fieldSelector }: Subscribe): Selection {
  return {
    ...(namespace === undefined || namespace === '' ? {} : { namespace }),
    ...(labelSelector === undefined ? {} : { labels: parseLabelSelector(labelSelector) }),
    ...(fieldSelector === undefined ? {} : { fields: parseFieldSelector(fieldSelector) }),
  };
}

export class Subscription {
  readonly #options: SubscriptionOptions;
  readonly #id: ResourceId;
  readonly #selection: Selection;
  /** Everything up to here has been delivered; undefined before the snapshot is whole. */
  #delivered: number | undefined;
  #announced: number | undefined;

  /** Throws 400 on selectors and tokens that cannot be read. */
  constructor(options: SubscriptionOptions) {
    this.#options = options;
    this.#id = resourceId(options.definition);
    const { request } = options;
    this.#selection = selectionOf(request);
    this.#delivered = request.resume === undefined ? undefined : decodeToken(request, request.resume);
    this.#announced = this.#delivered;
  }

  /** The token to resume from, where there is one yet. */
  get token(): string | undefined {
    return this.#delivered === undefined ? undefined : encodeToken(this.#options.request, this.#delivered);
  }

  /** A token that the client does not have yet, for a bookmark. */
  takeNewToken(): string | undefined {
    if (this.#delivered === this.#announced) {
      return undefined;
    }
    this.#announced = this.#delivered;
    return this.token;
  }

  /** Runs until the signal aborts. Throws what list and watch throw. */
  async run(): Promise<void> {
    const from = this.#delivered ?? (await this.#sendSnapshot());
    await this.#sendChanges(from);
  }

  async #sendSnapshot(): Promise<number> {
    const { request, registry, outbox, signal } = this.#options;
    let token: string | undefined;
    for (;;) {
      const page = await registry.list(this.#id, {
        ...{ ...this.#selection, limit: PAGE },
        ...(token === undefined ? {} : { continue: token }),
      });
      signal.throwIfAborted();
      token = page.continue;
      const isLast = token === undefined;
      if (isLast) {
        // Every page answers with the first page's revision: what changed meanwhile follows as changes.
        this.#delivered = page.revision;
        this.#announced = page.revision;
      }
      await outbox.send(snapshotFrame(request.id, page.items, isLast ? this.token : undefined));
      if (isLast) {
        return page.revision;
      }
    }
  }

  async #sendChanges(from: number): Promise<void> {
    const { request, registry, outbox, signal } = this.#options;
    for await (const { revision, events } of registry.watch(this.#id, { ...this.#selection, from, signal })) {
      // Nothing follows the frame that tells of the subscription's end.
      signal.throwIfAborted();
      const token = encodeToken(request, revision);
      if (events.length > 0) {
        await outbox.send(changesFrame(request.id, events, token));
        this.#announced = revision;
      }
      this.#delivered = revision;
    }
  }
}
