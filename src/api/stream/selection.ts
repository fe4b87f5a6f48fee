/** What a subscription selects: its kinds in the table, and its selectors read. */
import { badRequest } from '../../errors.ts';
import type { Registry, Selection } from '../../registry/registry.ts';
import type { ResourceDefinition } from '../../resources/define-resource.ts';
import { parseFieldSelector } from '../../values/field-selector.ts';
import { parseLabelSelector } from '../../values/label-selector.ts';
import type { KindName, Subscribe } from './messages.ts';
import { kindsOf } from './resume-token.ts';

/** Throws 400 when a name means no kind of the table, or a namespace is given for one that has none. */
export const findDefinitions = (registry: Registry, request: Subscribe): ResourceDefinition[] =>
  kindsOf(request).map((name) => findDefinition(registry, name, request.namespace ?? ''));

function findDefinition(registry: Registry, { apiVersion, kind }: KindName, namespace: string): ResourceDefinition {
  const found = registry
    .definitions()
    .find(
      ({ group, version, kind: name }) =>
        name === kind && apiVersion === (group === '' ? version : `${group}/${version}`),
    );
  if (found === undefined) {
    throw badRequest(`no matches for kind "${kind}" in version "${apiVersion}"`);
  }
  // Ignoring it would show the whole cluster to who may see that namespace only.
  if (!found.namespaced && namespace !== '') {
    throw badRequest(`kind "${kind}" is not namespaced: leave the namespace out`);
  }
  return found;
}

/** An empty namespace means all of them, as in Kubernetes. Throws 400 on selectors that cannot be read. */
export function readSelection({ namespace, labelSelector, fieldSelector }: Subscribe): Selection {
  return {
    ...(namespace === undefined || namespace === '' ? {} : { namespace }),
    ...(labelSelector === undefined ? {} : { labels: parseLabelSelector(labelSelector) }),
    ...(fieldSelector === undefined ? {} : { fields: parseFieldSelector(fieldSelector) }),
  };
}
