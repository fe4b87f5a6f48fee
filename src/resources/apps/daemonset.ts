/** apps/v1 DaemonSet. Source: pkg/apis/apps/{v1/defaults,validation}, ValidateDaemonSet, 1.34. */
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import { formatLabelSelector, type LabelSelector } from '../../values/label-selector.ts';
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, docOf, labelsCell, NAME_COLUMN, wideColumn } from '../columns.ts';
import { type Column, defineResource } from '../define-resource.ts';
import { checkImmutable, checkNonNegative, invalidField, requiredField, unsupportedField } from '../field-errors.ts';
import type { PodTemplate } from '../pod/pod-spec.ts';
import {
  checkEndless,
  checkIsSelected,
  checkNotEmpty,
  checkTemplate,
  defaultTemplate,
  templateWarnings,
} from '../pod/pod-template.ts';
import { checkLabelSelector } from '../pod/validate-label-selector.ts';
import type { RollingUpdate } from './deployment-strategy.ts';
import { checkAtMostAll, checkIntOrPercent, magnitude } from './int-or-percent.ts';
import { firstTemplate, nextTemplate } from './template-generation.ts';
import { TEMPLATE_COLUMNS } from './workload-columns.ts';
import { checkCollisionCount } from './workload-status.ts';

/** SwaggerDoc() of spec.selector, which the model leaves out where a field is of another type. */
const SELECTOR_DOC =
  'A label query over pods that are managed by the daemon set. Must match in order to be controlled. It must match the ' +
  "pod template's labels. More info: " +
  'https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors';

interface DaemonSet extends KubeObject {
  spec?: {
    selector?: LabelSelector;
    template?: PodTemplate;
    updateStrategy?: { type?: string; rollingUpdate?: RollingUpdate };
    minReadySeconds?: number;
    revisionHistoryLimit?: number;
  };
  status?: Partial<Record<(typeof COUNTS)[number], number>>;
}

const COUNTS = [
  ...['currentNumberScheduled', 'numberMisscheduled', 'desiredNumberScheduled', 'numberReady'],
  ...['observedGeneration', 'updatedNumberScheduled', 'numberAvailable', 'numberUnavailable', 'collisionCount'],
] as const;
const STRATEGIES = ['RollingUpdate', 'OnDelete'];

const count = (name: string, field: (typeof COUNTS)[number]): Column<DaemonSet> =>
  column(name, docOf(`status.${field}`), ({ status }) => status?.[field] ?? 0, { type: 'integer' });

const COLUMNS: readonly Column<DaemonSet>[] = [
  NAME_COLUMN,
  count('Desired', 'desiredNumberScheduled'),
  count('Current', 'currentNumberScheduled'),
  count('Ready', 'numberReady'),
  count('Up-to-date', 'updatedNumberScheduled'),
  count('Available', 'numberAvailable'),
  column('Node Selector', docOf('spec.template.spec.nodeSelector'), ({ spec }) =>
    labelsCell(spec?.template?.spec?.nodeSelector),
  ),
  AGE_COLUMN,
  ...TEMPLATE_COLUMNS,
  wideColumn('Selector', SELECTOR_DOC, ({ spec }) => formatLabelSelector(spec?.selector ?? {})),
];

function applyDefaults(set: DaemonSet): void {
  set.spec ??= {};
  const { spec } = set;
  spec.template ??= {};
  spec.updateStrategy ??= {};
  spec.revisionHistoryLimit ??= 10;
  defaultTemplate(spec.template);
  const strategy = spec.updateStrategy;
  strategy.type ||= 'RollingUpdate';
  if (strategy.type === 'RollingUpdate') {
    strategy.rollingUpdate ??= {};
    strategy.rollingUpdate.maxUnavailable ??= 1;
    strategy.rollingUpdate.maxSurge ??= 0;
  }
}

/** Pods of a node go before the new one comes, or after: not both. */
function checkRollingUpdate(path: string, { maxUnavailable = 0, maxSurge = 0 }: RollingUpdate): StatusCause[] {
  const [goes, comes] = [magnitude(maxUnavailable) > 0, magnitude(maxSurge) > 0];
  return [
    ...checkIntOrPercent(`${path}.maxUnavailable`, maxUnavailable),
    ...checkIntOrPercent(`${path}.maxSurge`, maxSurge),
    ...checkAtMostAll(`${path}.maxUnavailable`, maxUnavailable),
    ...checkAtMostAll(`${path}.maxSurge`, maxSurge),
    ...(goes && comes
      ? [invalidField(`${path}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero')]
      : []),
    ...(goes || comes ? [] : [requiredField(`${path}.maxUnavailable`, 'cannot be 0 when maxSurge is 0')]),
  ];
}

function checkStrategy({ updateStrategy = {} }: NonNullable<DaemonSet['spec']>): StatusCause[] {
  const { type = '', rollingUpdate } = updateStrategy;
  if (!STRATEGIES.includes(type)) {
    return [unsupportedField('spec.updateStrategy', updateStrategy, STRATEGIES)];
  }
  if (type === 'OnDelete') {
    return [];
  }
  return rollingUpdate === undefined
    ? [requiredField('spec.updateStrategy.rollingUpdate')]
    : checkRollingUpdate('spec.updateStrategy.rollingUpdate', rollingUpdate);
}

export const daemonSet = defineResource<DaemonSet>({
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  shortNames: ['ds'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.apps.v1.DaemonSet',
  columns: COLUMNS,
  subresources: { status: true },
  applyDefaults,
  prepareForCreate: (object) => {
    object.status = { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 };
    firstTemplate(object);
  },
  prepareForUpdate: nextTemplate,
  validate: ({ spec = {} }, old) => [
    // Kubernetes does not ask for a selector here: a set without one fails for selecting none of its pods.
    ...checkLabelSelector('spec.selector', spec.selector),
    ...checkIsSelected('spec.template', spec.template ?? {}, spec.selector),
    ...(spec.selector === undefined ? [] : checkNotEmpty(spec.selector, 'daemonset')),
    ...checkTemplate('spec.template', spec.template ?? {}, old?.spec?.template),
    ...checkEndless('spec.template', spec.template ?? {}, 'DaemonSet'),
    ...checkNonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...checkStrategy(spec),
    ...checkNonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
  ],
  validateUpdate: ({ spec }, { spec: old }) =>
    checkImmutable('spec.selector', spec?.selector, isDeepStrictEqual(spec?.selector, old?.selector)),
  validateStatusUpdate: ({ status = {} }, { status: old }) => [
    ...COUNTS.flatMap((field) => checkNonNegative(`status.${field}`, status[field])),
    ...checkCollisionCount(status, old),
  ],
  warnings: templateWarnings,
});
