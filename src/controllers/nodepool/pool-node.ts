/** A NodePool's node, by index. Pure. The kubelet fills in what a kubelet knows: capacity, conditions, addresses. */

import { canonical } from '../../values/canonical-json.ts';
import { POOL_CONFIG_ANNOTATION } from '../../values/kubelet-configuration/assignment.ts';
import { POOL_LABEL, ZONE_LABEL } from '../../values/node-labels.ts';
import { RUNTIME_ANNOTATION } from '../../values/node-runtime.ts';
import type { KubeObject } from '../../values/object.ts';
import {
  CAPACITY_ANNOTATION,
  KUBELET_ANNOTATION,
  type NodePool,
  SIMULATION_ANNOTATION,
  TEMPLATE_ANNOTATION,
} from '../kinds/node-pool.ts';
import { controllerReference } from '../owner-references.ts';
import { shortHash } from '../template-hash.ts';

export const INSTANCE_TYPE_LABEL = 'node.kubernetes.io/instance-type';
const DEFAULT_CAPACITY = { cpu: '32', memory: '256Gi', pods: '110', 'ephemeral-storage': '1Ti' };

export const nodeName = (pool: string, index: number): string => `${pool}-${index}`;

/** The index in a node's name; undefined for names that the pool does not give. */
export function nodeIndex(pool: string, name: string): number | undefined {
  const digits = name.startsWith(`${pool}-`) ? name.slice(pool.length + 1) : '';
  return /^(0|[1-9]\d{0,9})$/.test(digits) ? Number(digits) : undefined;
}

/** How many indexes it takes until zones and instance types begin again. */
export function shapeCount({ spec: { template: { zones = [], instanceTypes = [] } = {} } = {} }: NodePool): number {
  return Math.max(1, zones.length) * Math.max(1, instanceTypes.length);
}

/** In turn, each of them in every zone: so the next type comes when the zones are through. */
function shapeOf({ spec: { template = {} } = {} }: NodePool, index: number) {
  const { zones = [], instanceTypes = [], instanceType, capacity } = template;
  const zone = zones.length === 0 ? undefined : zones[index % zones.length];
  const turn = Math.floor(index / Math.max(1, zones.length));
  const type = instanceTypes.length === 0 ? undefined : instanceTypes[turn % instanceTypes.length];
  return type === undefined
    ? { zone, instanceType, capacity }
    : { zone, instanceType: type.name, capacity: { ...capacity, ...type.capacity } };
}

/** Of the node of this index, as far as the pool knows. */
export const poolCapacity = (pool: NodePool, index: number): Readonly<Record<string, string>> => ({
  ...DEFAULT_CAPACITY,
  ...shapeOf(pool, index).capacity,
});

export function poolLabels(pool: NodePool, index: number): Readonly<Record<string, string>> {
  const { zone, instanceType } = shapeOf(pool, index);
  return {
    ...(zone === undefined ? {} : { [ZONE_LABEL]: zone }),
    ...(instanceType === undefined ? {} : { [INSTANCE_TYPE_LABEL]: instanceType }),
    ...pool.spec?.template?.metadata?.labels,
    [POOL_LABEL]: pool.metadata.name,
  };
}

/** Of all that a node is made of; the number of nodes and how they change are not. */
export const poolHash = ({
  spec: { runtime = 'simulated', template = {}, kubelet = {}, simulation = {} } = {},
}: NodePool): string => shortHash(canonical({ runtime, template, kubelet, simulation }));

export function poolNode(pool: NodePool, index: number): KubeObject {
  const { runtime = 'simulated', template = {}, kubelet, simulation, kubeletConfigRef: ref } = pool.spec ?? {};
  const { metadata = {}, spec = {} } = template;
  const { capacity } = shapeOf(pool, index);
  const json = (name: string, value: object | undefined): Record<string, string> =>
    value === undefined || Object.keys(value).length === 0 ? {} : { [name]: JSON.stringify(value) };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: nodeName(pool.metadata.name, index),
      labels: { ...poolLabels(pool, index) },
      annotations: {
        ...metadata.annotations,
        [RUNTIME_ANNOTATION]: runtime,
        // Other runtimes may know the host that their nodes are on.
        ...json(CAPACITY_ANNOTATION, runtime === 'simulated' ? poolCapacity(pool, index) : capacity),
        ...json(KUBELET_ANNOTATION, kubelet),
        ...json(SIMULATION_ANNOTATION, simulation),
        ...(ref?.name === undefined ? {} : { [POOL_CONFIG_ANNOTATION]: ref.name }),
        [TEMPLATE_ANNOTATION]: poolHash(pool),
      },
      ownerReferences: [controllerReference(pool)],
    },
    spec: {
      ...(spec.taints === undefined ? {} : { taints: spec.taints }),
      ...(spec.unschedulable === true ? { unschedulable: true } : {}),
    },
  };
}
