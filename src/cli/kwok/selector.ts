/**
 * Whom a stage is for. Of its selector the part about a pod's state only says when the stage's turn is, which a kubelet
 * knows by itself; the part about which pods becomes the profile's selector.
 */
import type { Requirement, Stage } from './stage.ts';

export interface ProfileSelector {
  namespaces?: string[];
  pods?: { matchLabels?: Record<string, string>; matchExpressions?: Expression[] };
  nodes?: { matchExpressions: Expression[] };
}
interface Expression {
  key: string;
  operator: string;
  values?: string[];
}

export interface Selection {
  readonly selector: ProfileSelector;
  /** Of these the profile would be for more pods than the stage. */
  readonly refused: readonly { readonly field: string; readonly why: string }[];
  /** The stage's turn is after a container's end. */
  readonly isRestart: boolean;
}

const LABEL = /^\.metadata\.labels(?:\["([^"]+)"\]|\.([\w]+))$/;
/** The label that pods of an owner have. */
const OWNERS: Readonly<Record<string, string>> = {
  Job: 'batch.kubernetes.io/job-name',
  ReplicaSet: 'pod-template-hash',
  StatefulSet: 'statefulset.kubernetes.io/pod-name',
};
const STATE = [
  /^\.metadata\.(?:deletionTimestamp|finalizers)/,
  /^\.status\.(?:phase|podIP|podIPs|hostIP|startTime|containerStatuses|initContainerStatuses)\b/,
  /^\.status\.conditions\.\[\] \| select\( ?\.type == "(?:Ready|Initialized|ContainersReady|PodScheduled|PodReadyToStartContainers)" ?\) \| \.status$/,
];
const NO_COUNTERPART = ': a profile cannot select by it';
const INSTEAD = ': a profile cannot select by annotations; pods can have fleet.flotilla.dev/simulation instead';
const OPERATORS = new Set(['In', 'NotIn', 'Exists', 'DoesNotExist']);

const expression = (key: string, operator: string, values: readonly string[]): Expression => ({
  ...{ key, operator },
  ...(values.length === 0 ? {} : { values: [...values] }),
});

/** false: there is no counterpart. */
function carry({ key, operator, values }: Requirement, selector: Required<ProfileSelector>, stage: Stage): boolean {
  const label = LABEL.exec(key);
  const name = label?.[1] ?? label?.[2];
  const owner = operator === 'In' && values.length === 1 ? OWNERS[values[0] ?? ''] : undefined;
  if (!OPERATORS.has(operator)) {
    return false;
  }
  if (name !== undefined) {
    selector.pods.matchExpressions?.push(expression(name, operator, values));
    return true;
  }
  if (key === '.metadata.ownerReferences.[].kind' && owner !== undefined) {
    selector.pods.matchExpressions?.push(expression(owner, 'Exists', []));
    return true;
  }
  if (key === '.metadata.namespace' && operator === 'In') {
    selector.namespaces.push(...values);
    return true;
  }
  if (key === '.spec.nodeName' && (operator === 'In' || operator === 'NotIn')) {
    selector.nodes.matchExpressions.push(expression('kubernetes.io/hostname', operator, values));
    return true;
  }
  return STATE.some((path) => path.test(key)) || isOfEveryJob({ key, operator, values }, stage);
}

/** A job's pods are never restarted `Always`. */
const isOfEveryJob = ({ key, operator, values }: Requirement, { requirements }: Stage): boolean =>
  key === '.spec.restartPolicy' &&
  operator === 'In' &&
  values.includes('Never') &&
  values.includes('OnFailure') &&
  requirements.some((one) => one.key === '.metadata.ownerReferences.[].kind' && one.values.includes('Job'));

export function selectionOf(stage: Stage): Selection {
  const all: Required<ProfileSelector> = {
    namespaces: [],
    pods: { matchLabels: { ...stage.labels }, matchExpressions: [] },
    nodes: { matchExpressions: [] },
  };
  const unknown = stage.requirements.filter((one) => !carry(one, all, stage));
  const refused = [
    ...unknown.map(({ key, operator }) => ({
      field: 'spec.selector.matchExpressions',
      why: `${key} ${operator}${key.startsWith('.metadata.annotations') ? INSTEAD : NO_COUNTERPART}`,
    })),
    ...Object.keys(stage.annotations).map((key) => ({
      field: 'spec.selector.matchAnnotations',
      why: `${key}${INSTEAD}`,
    })),
    ...stage.unread
      .filter(({ field }) => field.startsWith('spec.selector'))
      .map(({ field }) => ({ field, why: `an expression that is no jq path${NO_COUNTERPART}` })),
  ];
  const isRestart = stage.requirements.some(
    ({ key, operator }) => key.includes('.state.terminated') && operator !== 'DoesNotExist',
  );
  return { selector: withoutEmpty(all), refused, isRestart };
}

function withoutEmpty({ namespaces, pods, nodes }: Required<ProfileSelector>): ProfileSelector {
  const { matchLabels = {}, matchExpressions = [] } = pods;
  const labels = Object.keys(matchLabels).length > 0 ? { matchLabels } : {};
  const expressions = matchExpressions.length > 0 ? { matchExpressions } : {};
  const selected = { ...labels, ...expressions };
  return {
    ...(namespaces.length > 0 ? { namespaces } : {}),
    ...(Object.keys(selected).length > 0 ? { pods: selected } : {}),
    ...(nodes.matchExpressions.length > 0 ? { nodes } : {}),
  };
}
