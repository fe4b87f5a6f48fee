/**
 * Makes the volume that a claim asks its storage class for. We do what the class's CSI driver would: no driver is asked.
 * Classes with the annotation `fleet.flotilla.dev/provisioning: external` are left to the provisioner that they name.
 * Source: controller/volume/persistentvolume, provisionClaim; kubernetes-csi/external-provisioner, Provision.
 */
import { decodeObject, type Fence } from '../../registry/registry.ts';
import { REGION_LABEL, ZONE_LABEL } from '../../values/node-labels.ts';
import type { ObjectMeta } from '../../values/object.ts';
import type { ControllerContext } from '../controller.ts';
import { createUnlessEnding } from '../each-namespace.ts';
import type { Emit } from '../events.ts';
import { csiDriverOf, provisionerOf } from '../kinds/csi-driver-name.ts';
import type { Node } from '../kinds/node.ts';
import type { NodeSelectorTerm } from '../kinds/pod.ts';
import {
  CLAIMS,
  CLASSES,
  type Claim,
  classNameOf,
  NO_PROVISIONER,
  PROVISIONED_BY,
  PROVISIONERS,
  PROVISIONING,
  SELECTED_NODE,
  type StorageClass,
  VOLUMES,
  type Volume,
} from '../kinds/volume.ts';

export interface Provisioning extends Pick<ControllerContext, 'registry' | 'clock' | 'views'> {
  readonly emit: Emit;
  /** In the name of whoever makes the volumes. */
  readonly emitOfProvisioner: Emit;
}

/** Where a volume of the class can be reached from: what the class allows, or the zone of the node that waits for it. */
function termsOf({ allowedTopologies = [] }: StorageClass, node: Node | undefined): NodeSelectorTerm[] {
  const labels = node?.metadata.labels ?? {};
  const place = [REGION_LABEL, ZONE_LABEL].flatMap((key) =>
    labels[key] === undefined ? [] : [{ key, operator: 'In', values: [labels[key]] }],
  );
  return place.length > 0
    ? [{ matchExpressions: place }]
    : allowedTopologies.map(({ matchLabelExpressions = [] }) => ({
        matchExpressions: matchLabelExpressions.map(({ key, values }) => ({ key, operator: 'In', values })),
      }));
}

type NewVolume = Omit<Volume, 'metadata'> & { readonly metadata: ObjectMeta & { readonly name: string } };

function newVolume(claim: Claim, storage: StorageClass, node: Node | undefined): NewVolume {
  const { namespace, name, uid } = claim.metadata;
  const volumeHandle = `pvc-${uid}`;
  const nodeSelectorTerms = termsOf(storage, node);
  const capacity = { storage: claim.spec.resources?.requests?.['storage'] ?? '0' };
  const annotations = { [PROVISIONED_BY]: provisionerOf(storage.provisioner), [PROVISIONING]: 'simulated' };
  return {
    ...{ apiVersion: 'v1', kind: 'PersistentVolume' },
    metadata: { name: volumeHandle, annotations },
    spec: {
      ...{ capacity, accessModes: claim.spec.accessModes ?? [], volumeMode: claim.spec.volumeMode ?? 'Filesystem' },
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid },
      persistentVolumeReclaimPolicy: storage.reclaimPolicy ?? 'Delete',
      storageClassName: storage.metadata.name,
      ...(storage.mountOptions === undefined ? {} : { mountOptions: storage.mountOptions }),
      ...(nodeSelectorTerms.length === 0 ? {} : { nodeAffinity: { required: { nodeSelectorTerms } } }),
      csi: { driver: csiDriverOf(storage.provisioner), volumeHandle },
    },
  };
}

/** As it is known to others: who will make its volume. */
async function nameProvisioner({ registry }: Provisioning, claim: Claim, by: string, fence: Fence): Promise<void> {
  const { namespace, name, uid } = claim.metadata;
  const note = ({ metadata }: Claim): boolean => {
    const isKnown = PROVISIONERS.every((key) => metadata.annotations?.[key] === by);
    metadata.annotations = { ...metadata.annotations, ...Object.fromEntries(PROVISIONERS.map((key) => [key, by])) };
    return !isKnown;
  };
  await registry.modify<Claim>(CLAIMS, namespace, name, note, { fence, uid });
}

async function nodeOf({ registry }: Provisioning, claim: Claim): Promise<Node | undefined> {
  const name = claim.metadata.annotations?.[SELECTED_NODE] ?? '';
  const stored = name === '' ? undefined : await registry.find('nodes', '', name);
  return stored === undefined ? undefined : decodeObject<Node>(stored);
}

/** The name of the volume that was made; undefined: none was, and the claim's events say why. */
export async function provision(context: Provisioning, claim: Claim, fence: Fence): Promise<string | undefined> {
  const { registry, emit, emitOfProvisioner } = context;
  const className = classNameOf(claim);
  const stored = await registry.find(CLASSES, '', className);
  if (stored === undefined) {
    emit(claim, 'Warning', 'ProvisioningFailed', `storageclass.storage.k8s.io "${className}" not found`);
    return undefined;
  }
  const storage = decodeObject<StorageClass>(stored);
  const provisioner = provisionerOf(storage.provisioner);
  if (provisioner === NO_PROVISIONER) {
    emit(claim, 'Warning', 'ProvisioningFailed', `no volume plugin matched name: ${provisioner}`);
    return undefined;
  }
  await nameProvisioner(context, claim, provisioner, fence);
  if (storage.metadata.annotations?.[PROVISIONING] === 'external') {
    const message =
      `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the ` +
      'system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly ' +
      'registered.';
    emit(claim, 'Normal', 'ExternalProvisioning', message);
    return undefined;
  }
  const { namespace, name } = claim.metadata;
  const what = `External provisioner is provisioning volume for claim "${namespace}/${name}"`;
  emitOfProvisioner(claim, 'Normal', 'Provisioning', what);
  const volume = newVolume(claim, storage, await nodeOf(context, claim));
  await createUnlessEnding(registry, VOLUMES, volume, fence);
  const done = `Successfully provisioned volume ${volume.metadata.name}`;
  emitOfProvisioner(claim, 'Normal', 'ProvisioningSucceeded', done);
  return volume.metadata.name;
}
