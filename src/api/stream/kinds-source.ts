/** Several kinds as one collection, to be listed page by page and then watched: the pages of one kind after another's. */
import type { Listed, ListOptions, Registry, ResourceId } from '../../registry/registry.ts';

type Source = Pick<Registry, 'list' | 'watch' | 'currentRevision'>;

/** Of our own making, never seen by a client: which kind is read, and the registry's token within it. */
const CONTINUE = /^(\d+):(.*)$/s;

/** The id that its methods are called with means nothing: it is of all these. */
export function kindsSource(registry: Registry, ids: readonly ResourceId[]): Source {
  const list = async (_: ResourceId, options: ListOptions): Promise<Listed> => {
    const [, index = '0', token = ''] = CONTINUE.exec(options.continue ?? '') ?? [];
    const at = Number(index);
    const page = await registry.list(ids[at] ?? '', { ...options, continue: token });
    const { continue: rest, ...head } = page;
    const next = rest === undefined ? `${at + 1}:` : `${at}:${rest}`;
    const isLast = rest === undefined && at === ids.length - 1;
    return isLast ? head : { ...head, continue: next };
  };
  return {
    list,
    watch: (_, options) => registry.watchKinds(ids, options),
    currentRevision: () => registry.currentRevision(),
  };
}

/** Its pages and changes in `openSteps`' order. */
export const sourceOf = (registry: Registry, ids: readonly ResourceId[]): Source =>
  ids.length === 1 ? registry : kindsSource(registry, ids);
