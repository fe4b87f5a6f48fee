/** node.k8s.io/v1 RuntimeClass. Source: pkg/apis/node/validation, ValidateRuntimeClass, 1.34. */
import { isDNS1123Label } from '../../values/name-rules.ts';
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, docOf, NAME_COLUMN } from '../columns.ts';
import { defineResource } from '../define-resource.ts';
import { checkImmutable, violations } from '../field-errors.ts';
import { nodeLabelWarnings } from '../pod/node-label-warnings.ts';
import type { Toleration } from '../pod/pod-spec.ts';
import { checkResourceList } from '../pod/validate-resources.ts';
import { checkTolerations } from '../pod/validate-scheduling.ts';
import { validateLabels } from '../validate-metadata.ts';

interface RuntimeClass extends KubeObject {
  handler?: string;
  overhead?: { podFixed?: Record<string, string> };
  scheduling?: { nodeSelector?: Record<string, string>; tolerations?: Toleration[] };
}

export const runtimeClass = defineResource<RuntimeClass>({
  group: 'node.k8s.io',
  version: 'v1',
  kind: 'RuntimeClass',
  plural: 'runtimeclasses',
  namespaced: false,
  schema: 'io.k8s.api.node.v1.RuntimeClass',
  requiresVersion: true,
  hasGeneration: false,
  createOnUpdate: true,
  columns: [NAME_COLUMN, column('Handler', docOf('handler'), ({ handler }) => handler ?? ''), AGE_COLUMN],
  validate: ({ handler = '', overhead, scheduling }) => [
    ...violations(isDNS1123Label, 'handler', handler),
    ...checkResourceList('overhead.podFixed', overhead?.podFixed ?? {}),
    ...validateLabels(scheduling?.nodeSelector ?? {}, 'scheduling.nodeSelector'),
    ...checkTolerations('scheduling.tolerations', scheduling?.tolerations ?? []),
  ],
  validateUpdate: ({ handler }, { handler: old }) => checkImmutable('handler', handler, handler === old),
  warnings: ({ scheduling: { nodeSelector = {} } = {} }) =>
    Object.keys(nodeSelector).flatMap((label) => nodeLabelWarnings('scheduling.nodeSelector', label)),
});
