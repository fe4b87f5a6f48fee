/**
 * The schemas of all kinds as OpenAPI v3 components, by name. Generated from the models of the Kubernetes client
 * (`scripts/generate-schemas.mjs`), apart from our own group's, which is written by hand. Read-only.
 */
import type { Json } from '../values/object.ts';
import fleet from './schemas/dev.flotilla.fleet.v1alpha1.json' with { type: 'json' };
import simulation from './schemas/dev.flotilla.fleet.v1alpha1.simulation.json' with { type: 'json' };
import apps from './schemas/io.k8s.api.apps.v1.json' with { type: 'json' };
import authentication from './schemas/io.k8s.api.authentication.v1.json' with { type: 'json' };
import authorization from './schemas/io.k8s.api.authorization.v1.json' with { type: 'json' };
import autoscaling from './schemas/io.k8s.api.autoscaling.v1.json' with { type: 'json' };
import autoscalingV2 from './schemas/io.k8s.api.autoscaling.v2.json' with { type: 'json' };
import batch from './schemas/io.k8s.api.batch.v1.json' with { type: 'json' };
import certificates from './schemas/io.k8s.api.certificates.v1.json' with { type: 'json' };
import coordination from './schemas/io.k8s.api.coordination.v1.json' with { type: 'json' };
import core from './schemas/io.k8s.api.core.v1.json' with { type: 'json' };
import discovery from './schemas/io.k8s.api.discovery.v1.json' with { type: 'json' };
import events from './schemas/io.k8s.api.events.v1.json' with { type: 'json' };
import networking from './schemas/io.k8s.api.networking.v1.json' with { type: 'json' };
import node from './schemas/io.k8s.api.node.v1.json' with { type: 'json' };
import policy from './schemas/io.k8s.api.policy.v1.json' with { type: 'json' };
import rbac from './schemas/io.k8s.api.rbac.v1.json' with { type: 'json' };
import scheduling from './schemas/io.k8s.api.scheduling.v1.json' with { type: 'json' };
import storage from './schemas/io.k8s.api.storage.v1.json' with { type: 'json' };
import machinery from './schemas/io.k8s.apimachinery.json' with { type: 'json' };
import apiregistration from './schemas/io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.json' with { type: 'json' };
import metrics from './schemas/io.k8s.metrics.v1beta1.json' with { type: 'json' };

export interface OpenApiSchema {
  readonly $ref?: string;
  readonly allOf?: readonly OpenApiSchema[];
  readonly oneOf?: readonly OpenApiSchema[];
  readonly type?: 'array' | 'boolean' | 'integer' | 'number' | 'object' | 'string';
  readonly format?: string;
  readonly description?: string;
  readonly default?: Json;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly minLength?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly items?: OpenApiSchema;
  readonly additionalProperties?: OpenApiSchema;
  readonly 'x-kubernetes-group-version-kind'?: readonly { group: string; kind: string; version: string }[];
  readonly 'x-kubernetes-int-or-string'?: true;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'map' | 'set';
  readonly 'x-kubernetes-map-type'?: 'atomic' | 'granular';
  readonly 'x-kubernetes-patch-merge-key'?: string;
  readonly 'x-kubernetes-patch-strategy'?: string;
  readonly 'x-kubernetes-preserve-unknown-fields'?: true;
}

const SCHEMAS = {
  ...machinery,
  ...core,
  ...apps,
  ...authentication,
  ...authorization,
  ...autoscaling,
  ...autoscalingV2,
  ...batch,
  ...certificates,
  ...coordination,
  ...discovery,
  ...events,
  ...networking,
  ...node,
  ...policy,
  ...rbac,
  ...scheduling,
  ...storage,
  ...apiregistration,
  ...metrics,
  ...fleet,
  ...simulation,
} as unknown as Readonly<Record<string, OpenApiSchema>>;

const REFERENCE = '#/components/schemas/';

/** A name that is not there is a fault of the table of kinds, so this throws. */
export function schemaOf(name: string): OpenApiSchema {
  const schema = SCHEMAS[name];
  if (schema === undefined) {
    throw new Error(`no schema named ${name}`);
  }
  return schema;
}

/** The component that a field's schema refers to, plainly or by `allOf` (which allows markers beside it). */
export function referenceOf(schema: OpenApiSchema): string | undefined {
  const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
  return reference?.slice(REFERENCE.length);
}

function referencesIn(schema: OpenApiSchema): string[] {
  const own = referenceOf(schema);
  const { items, additionalProperties, properties = {} } = schema;
  const parts = [items, additionalProperties, ...Object.values(properties)].filter((part) => part !== undefined);
  return [...(own === undefined ? [] : [own]), ...parts.flatMap(referencesIn)];
}

/** The named schemas and all that they refer to, for one document; in order of name. */
export function reachableSchemas(names: readonly string[]): Record<string, OpenApiSchema> {
  const found = new Set<string>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (!found.has(name)) {
      found.add(name);
      waiting.push(...referencesIn(schemaOf(name)));
    }
  }
  return Object.fromEntries([...found].sort().map((name) => [name, schemaOf(name)]));
}
