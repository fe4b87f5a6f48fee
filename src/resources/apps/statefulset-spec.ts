/** A stateful set's spec: types and defaults. Source: pkg/apis/apps/v1/defaults.go, SetDefaults_StatefulSet, 1.34. */
import type { LabelSelector } from '../../values/label-selector.ts';
import type { ObjectMeta } from '../../values/object.ts';
import type { ClaimSpec } from '../core/claim-spec.ts';
import type { PodTemplate } from '../pod/pod-spec.ts';
import { defaultTemplate } from '../pod/pod-template.ts';
import type { IntOrPercent } from './int-or-percent.ts';

export interface ClaimTemplate {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: ClaimSpec;
  status?: { phase?: string };
}
export interface StatefulSetSpec {
  replicas?: number;
  selector?: LabelSelector;
  template?: PodTemplate;
  volumeClaimTemplates?: ClaimTemplate[];
  serviceName?: string;
  podManagementPolicy?: string;
  updateStrategy?: { type?: string; rollingUpdate?: { partition?: number; maxUnavailable?: IntOrPercent } };
  revisionHistoryLimit?: number;
  minReadySeconds?: number;
  persistentVolumeClaimRetentionPolicy?: { whenDeleted?: string; whenScaled?: string };
  ordinals?: { start?: number };
}

function defaultStrategy(spec: StatefulSetSpec): void {
  spec.updateStrategy ??= {};
  const { updateStrategy: strategy } = spec;
  if ((strategy.type ?? '') === '') {
    strategy.type = 'RollingUpdate';
    strategy.rollingUpdate ??= {};
  }
  if (strategy.type === 'RollingUpdate' && strategy.rollingUpdate !== undefined) {
    strategy.rollingUpdate.partition ??= 0;
  }
}

function defaultClaim(claim: ClaimTemplate): void {
  claim.apiVersion ||= 'v1';
  claim.kind ||= 'PersistentVolumeClaim';
  claim.spec ??= {};
  claim.spec.volumeMode ||= 'Filesystem';
  claim.status ??= {};
  claim.status.phase ||= 'Pending';
}

export function defaultStatefulSetSpec(spec: StatefulSetSpec): void {
  spec.replicas ??= 1;
  spec.template ??= {};
  spec.podManagementPolicy ||= 'OrderedReady';
  spec.revisionHistoryLimit ??= 10;
  defaultStrategy(spec);
  spec.persistentVolumeClaimRetentionPolicy ??= {};
  spec.persistentVolumeClaimRetentionPolicy.whenDeleted ||= 'Retain';
  spec.persistentVolumeClaimRetentionPolicy.whenScaled ||= 'Retain';
  spec.volumeClaimTemplates?.forEach(defaultClaim);
  defaultTemplate(spec.template);
}

/** MaxUnavailableStatefulSet is off in 1.34: the field is dropped where it was not set before. */
export function dropMaxUnavailable(spec: StatefulSetSpec | undefined, old?: StatefulSetSpec): void {
  const rolling = spec?.updateStrategy?.rollingUpdate;
  if (rolling !== undefined && old?.updateStrategy?.rollingUpdate?.maxUnavailable === undefined) {
    delete rolling.maxUnavailable;
  }
}
