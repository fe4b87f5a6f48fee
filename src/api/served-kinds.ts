/** What discovery and OpenAPI tell of: the kinds that are stored, and those that are asked. */
import type { Registry } from '../registry/registry.ts';
import type { ResourceDefinition } from '../resources/define-resource.ts';
import { REVIEWS } from '../resources/reviews/index.ts';

export const servedKinds = (registry: Pick<Registry, 'definitions'>): readonly ResourceDefinition[] => [
  ...registry.definitions(),
  ...REVIEWS,
];
