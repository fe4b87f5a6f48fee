/** fleet.flotilla.dev/v1alpha1 Fault: our own kind, nodes or pods that fail in a chosen way for a while. */
import type { LabelSelector } from '../../values/label-selector.ts';
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, NAME_COLUMN } from '../columns.ts';
import { type Column, defineResource } from '../define-resource.ts';
import { faultMeaning } from './fault-types.ts';
import { validateFault } from './validate-fault.ts';

/** Which nodes or pods are meant; all that is given must hold. */
export interface FaultTargets {
  nodeSelector?: LabelSelector;
  nodeNames?: string[];
  pool?: string;
  zone?: string;
  podSelector?: LabelSelector;
  namespace?: string;
  podNames?: string[];
}
export interface FaultSpec extends FaultTargets {
  type?: string;
  containers?: string[];
  startTime?: string;
  durationSeconds?: number;
  share?: string;
  rampSeconds?: number;
  seed?: number;
  slowHeartbeat?: { factor?: number; delaySeconds?: number };
  pressure?: { available?: string };
  crash?: { exitCode?: number; runSeconds?: number };
  imagePull?: { message?: string };
  probe?: { types?: string[]; message?: string };
  slowStart?: { delaySeconds?: number };
}
export type FaultPhase = 'Pending' | 'Active' | 'Ended';
export type FaultCondition = {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
};
export interface FaultStatus {
  phase?: FaultPhase;
  observedGeneration?: number;
  targets?: number;
  affected?: number;
  startTime?: string;
  endTime?: string;
  conditions?: FaultCondition[];
}
export interface Fault extends KubeObject {
  spec?: FaultSpec;
  status?: FaultStatus;
}

const text = (name: string, description: string, cell: Column<Fault>['cell']): Column<Fault> => ({
  ...{ name, type: 'string', description, cell },
});

export const fault = defineResource<Fault>({
  group: 'fleet.flotilla.dev',
  version: 'v1alpha1',
  kind: 'Fault',
  plural: 'faults',
  namespaced: false,
  schema: 'dev.flotilla.fleet.v1alpha1.Fault',
  subresources: { status: true },
  columns: [
    NAME_COLUMN,
    text('Type', 'What goes wrong.', ({ spec }) => spec?.type ?? ''),
    text('Phase', 'Whether it goes on.', ({ status }) => status?.phase ?? 'Pending'),
    text('Affected', 'Nodes or pods that it has hold of, of all that are meant.', ({ status, spec }) => {
      const what = faultMeaning(spec?.type)?.subject ?? 'node';
      return `${status?.affected ?? 0}/${status?.targets ?? 0} ${what}s`;
    }),
    text('Share', 'Of the targets, at its height.', ({ spec }) => spec?.share ?? '100%'),
    text('Start', 'When it began or will begin.', ({ status }) => status?.startTime ?? ''),
    text('End', 'When it ended or will end.', ({ status }) => status?.endTime ?? '<deleted>'),
    AGE_COLUMN,
  ],
  applyDefaults: (object) => {
    object.spec ??= {};
    object.spec.share ??= '100%';
    object.spec.seed ??= 0;
  },
  prepareForCreate: (object) => {
    delete object.status;
  },
  validate: validateFault,
});
