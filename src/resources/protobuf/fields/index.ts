/**
 * fields/: the field numbers of the messages we read, as in the generated.proto files of Kubernetes 1.34. `name 3` is a
 * field, `name? 3` one that is a pointer in Go (its zero value counts), `...Message 3` a struct that Go inlines: in JSON
 * its fields stand beside the others. Types are not here: they are the schemas'.
 */
import { appsFields } from './apps.ts';
import { containerFields } from './container.ts';
import { coreFields } from './core.ts';
import { metaFields } from './meta.ts';
import { nodeFields } from './node.ts';
import { podFields } from './pod.ts';
import { podStatusFields } from './pod-status.ts';
import { volumeFields } from './volume.ts';

type Messages = Readonly<Record<string, string>>;

const coordinationFields = {
  Lease: 'metadata 1, spec 2',
  LeaseSpec: `
    holderIdentity? 1, leaseDurationSeconds? 2, acquireTime 3, renewTime 4, leaseTransitions? 5, strategy? 6,
    preferredHolder? 7`,
};
const policyFields = { Eviction: 'metadata 1, deleteOptions 2' };
const autoscalingFields = {
  Scale: 'metadata 1, spec 2, status 3',
  ScaleSpec: 'replicas 1',
  ScaleStatus: 'replicas 1, selector 2',
};

/** Package → message → fields. */
const PACKAGES: Readonly<Record<string, Messages>> = {
  'io.k8s.apimachinery.pkg.apis.meta.v1': metaFields,
  'io.k8s.api.core.v1': {
    ...coreFields,
    ...nodeFields,
    ...podFields,
    ...podStatusFields,
    ...containerFields,
    ...volumeFields,
  },
  'io.k8s.api.apps.v1': appsFields,
  'io.k8s.api.autoscaling.v1': autoscalingFields,
  'io.k8s.api.coordination.v1': coordinationFields,
  'io.k8s.api.policy.v1': policyFields,
};

const qualify = ([name, messages]: [string, Messages]): [string, string][] =>
  Object.entries(messages).map(([message, fields]) => [`${name}.${message}`, fields]);

/** By the name that the component has in the schemas too, but for inlined structs, which have no schema. */
export const FIELDS: ReadonlyMap<string, string> = new Map(Object.entries(PACKAGES).flatMap(qualify));
