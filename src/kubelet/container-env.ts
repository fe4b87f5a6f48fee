/** A container's environment: services, literals, ConfigMaps, Secrets, fields of the pod, `$(VAR)`. Source: kubelet_pods.go. */

import type { KubeObject } from '../values/object.ts';
import { ContainerConfigError, fieldOf, resourceOf } from './downward-values.ts';
import type { Container, EnvVar, Pod } from './pod.ts';
import type { ServiceEnvOf } from './service-links.ts';

/** Reads a ConfigMap or Secret of the pod's namespace; undefined: there is none. */
export type ReadConfig = (id: 'configmaps' | 'secrets', name: string) => Promise<KubeObject | undefined>;

const KINDS = { configmaps: 'configmap', secrets: 'secret' } as const;

export interface EnvSource {
  readonly pod: Pod;
  readonly hostIP: string;
  readonly podIP: string;
  readonly readConfig: ReadConfig;
  /** Absent: the reader, of a `subPathExpr`, knows of no services. */
  readonly serviceEnvOf?: ServiceEnvOf;
}

/** In order; a later name wins over an earlier one. Throws ContainerConfigError for what is required and missing. */
export async function containerEnv(
  container: Container,
  source: EnvSource,
): Promise<{ name: string; value: string }[]> {
  const { metadata, spec } = source.pod;
  const told = new Map(await source.serviceEnvOf?.(metadata.namespace ?? '', spec.enableServiceLinks ?? true));
  const env = new Map<string, string>();
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const [id, ref] =
      configMapRef === undefined ? (['secrets', secretRef] as const) : (['configmaps', configMapRef] as const);
    for (const [key, value] of await readAll(source, id, ref?.name ?? '', ref?.optional ?? false)) {
      env.set(`${prefix}${key}`, value);
    }
  }
  for (const variable of container.env ?? []) {
    // What is asked for and not there is not a service's either.
    told.delete(variable.name);
    const value = await variableValue(variable, container, new Map([...told, ...env]), source);
    if (value !== undefined) {
      env.set(variable.name, value);
    }
  }
  return [...new Map([...env, ...[...told].filter(([name]) => !env.has(name))])].map(([name, value]) => ({
    name,
    value,
  }));
}

async function variableValue(
  { value, valueFrom }: EnvVar,
  container: Container,
  env: ReadonlyMap<string, string>,
  source: EnvSource,
): Promise<string | undefined> {
  if (valueFrom?.fieldRef !== undefined) {
    return fieldOf(valueFrom.fieldRef.fieldPath, source);
  }
  if (valueFrom?.resourceFieldRef !== undefined) {
    return resourceOf(valueFrom.resourceFieldRef, container, source.pod);
  }
  if (valueFrom?.configMapKeyRef !== undefined) {
    return readKey(source, 'configmaps', valueFrom.configMapKeyRef);
  }
  if (valueFrom?.secretKeyRef !== undefined) {
    return readKey(source, 'secrets', valueFrom.secretKeyRef);
  }
  return expand(value ?? '', env);
}

/** `$(NAME)` of a known variable is replaced, of an unknown one kept; `$$` is one `$`. */
export const expand = (text: string, env: ReadonlyMap<string, string>): string =>
  text.replace(/\$(?:\$|\(([^)]*)\))/g, (match, name: string | undefined) =>
    name === undefined ? '$' : (env.get(name) ?? match),
  );

type Entries = ReadonlyMap<string, string>;

async function readAll(
  { readConfig }: EnvSource,
  id: keyof typeof KINDS,
  name: string,
  optional: boolean,
): Promise<Entries> {
  const object = (await readConfig(id, name)) as
    | (KubeObject & { data?: Record<string, string>; binaryData?: Record<string, string> })
    | undefined;
  if (object === undefined && !optional) {
    throw new ContainerConfigError(`${KINDS[id]} "${name}" not found`);
  }
  const decode = (text: string): string => (id === 'secrets' ? Buffer.from(text, 'base64').toString() : text);
  return new Map(Object.entries(object?.data ?? {}).map(([key, text]) => [key, decode(text)]));
}

async function readKey(
  source: EnvSource,
  id: keyof typeof KINDS,
  { name = '', key, optional = false }: { name?: string; key: string; optional?: boolean },
): Promise<string | undefined> {
  const value = (await readAll(source, id, name, optional)).get(key);
  if (value === undefined && !optional) {
    const kind = id === 'secrets' ? 'Secret' : 'ConfigMap';
    throw new ContainerConfigError(`couldn't find key ${key} in ${kind} ${source.pod.metadata.namespace}/${name}`);
  }
  return value;
}
