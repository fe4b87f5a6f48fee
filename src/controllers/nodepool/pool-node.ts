/** A NodePool's node, by index. Pure. The kubelet fills in what a kubelet knows: capacity, conditions, addresses. */
import { POOL_CONFIG_ANNOTATION } from '../../values/kubelet-configuration/assignment.ts';
import { POOL_LABEL, ZONE_LABEL } from '../../values/node-labels.ts';
import type { KubeObject } from '../../values/object.ts';
import { canonical } from '../equality.ts';
import {
  CAPACITY_ANNOTATION,
  KUBELET_ANNOTATION,
  type NodePool,
  RUNTIME_ANNOTATION,
  SIMULATION_ANNOTATION,
  TEMPLATE_ANNOTATION,
} from '../kinds/node-pool.ts';
import { controllerReference } from '../owner-references.ts';
import { shortHash } from '../template-hash.ts';

const INSTANCE_TYPE_LABEL = 'node.kubernetes.io/instance-type';
const DEFAULT_CAPACITY = { cpu: '32', memory: '256Gi', pods: '110', 'ephemeral-storage': '1Ti' };

export const nodeName = (pool: string, index: number): string => `${pool}-${index}`;

/** The index in a node's name; undefined for names that the pool does not give. */
export function nodeIndex(pool: string, name: string): number | undefined {
  const digits = name.startsWith(`${pool}-`) ? name.slice(pool.length + 1) : '';
  return /^(0|[1-9]\d{0,9})$/.test(digits) ? Number(digits) : undefined;
}

/** Of each of its nodes, as far as the pool knows. */
export const poolCapacity = ({ spec }: NodePool): Readonly<Record<string, string>> => ({
  ...DEFAULT_CAPACITY,
  ...spec?.template?.capacity,
});

/** Of all that a node is made of; the number of nodes and how they change are not. */
export const poolHash = ({
  spec: { runtime = 'simulated', template = {}, kubelet = {}, simulation = {} } = {},
}: NodePool): string => shortHash(canonical({ runtime, template, kubelet, simulation }));

export function poolNode(pool: NodePool, index: number): KubeObject {
  const { runtime = 'simulated', template = {}, kubelet, simulation, kubeletConfigRef: ref } = pool.spec ?? {};
  const { metadata = {}, spec = {}, zones = [], instanceType } = template;
  const zone = zones.length === 0 ? undefined : zones[index % zones.length];
  const json = (name: string, value: object | undefined): Record<string, string> =>
    value === undefined || Object.keys(value).length === 0 ? {} : { [name]: JSON.stringify(value) };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: nodeName(pool.metadata.name, index),
      labels: {
        ...(zone === undefined ? {} : { [ZONE_LABEL]: zone }),
        ...(instanceType === undefined ? {} : { [INSTANCE_TYPE_LABEL]: instanceType }),
        ...metadata.labels,
        [POOL_LABEL]: pool.metadata.name,
      },
      annotations: {
        ...metadata.annotations,
        [RUNTIME_ANNOTATION]: runtime,
        // Other runtimes may know the host that their nodes are on.
        ...json(CAPACITY_ANNOTATION, runtime === 'simulated' ? poolCapacity(pool) : template.capacity),
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
