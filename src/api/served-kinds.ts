/** What discovery and OpenAPI tell of: the kinds that are stored, those that are ordered or asked, and those that are measured. */
import type { Registry } from '../registry/registry.ts';
import { binding } from '../resources/core/binding.ts';
import type { ResourceDefinition } from '../resources/define-resource.ts';
import { METRICS } from '../resources/metrics/metrics.ts';
import { REVIEWS } from '../resources/reviews/index.ts';

export const servedKinds = (registry: Pick<Registry, 'definitions'>): readonly ResourceDefinition[] => [
  ...registry.definitions(),
  binding,
  ...REVIEWS,
  ...METRICS,
];
