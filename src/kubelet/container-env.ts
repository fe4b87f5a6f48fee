/** A container's environment: services, literals, ConfigMaps, Secrets, fields of the pod, `$(VAR)`. Source: kubelet_pods.go. */
import { setImmediate } from 'node:timers/promises';
import type { KubeObject } from '../values/object.ts';
import { ContainerConfigError, fieldOf, resourceOf } from './downward-values.ts';
import type { Node } from './node.ts';
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
  /** The pod's. */
  readonly readNode: () => Promise<Pick<Node, 'status'> | undefined>;
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
  const count = counter();
  await addReferenced(env, container, source, count);
  const known: Known = { get: (name) => env.get(name) ?? told.get(name) };
  for (const variable of container.env ?? []) {
    // What is asked for and not there is not a service's either.
    told.delete(variable.name);
    const value = await variableValue(variable, container, known, source);
    if (value !== undefined) {
      count(variable.name, value);
      env.set(variable.name, value);
    }
  }
  for (const [name, value] of told) {
    if (!env.has(name)) {
      env.set(name, value);
    }
  }
  return Array.from(env, ([name, value]) => ({ name, value }));
}

/** Sets what `envFrom` names. Each object is decoded once, however often it is named. */
async function addReferenced(
  env: Map<string, string>,
  { envFrom = [] }: Container,
  source: EnvSource,
  count: (name: string, value: string) => void,
): Promise<void> {
  const decoded = new Map<string, Entries>();
  let taken = 0;
  for (const { prefix = '', configMapRef, secretRef } of envFrom) {
    const [id, ref] =
      configMapRef === undefined ? (['secrets', secretRef] as const) : (['configmaps', configMapRef] as const);
    const about = `${id}/${ref?.name}`;
    const entries = decoded.get(about) ?? (await readAll(source, id, ref?.name ?? '', ref?.optional ?? false));
    // What is optional and missing is asked for again: the next one may not be.
    if (entries.length > 0) {
      decoded.set(about, entries);
    }
    for (const [key, value] of entries) {
      const name = `${prefix}${key}`;
      count(name, value);
      env.set(name, value);
      taken += 1;
      if (taken % AT_ONCE === 0) {
        await setImmediate();
      }
    }
  }
}

/** Counts what is set, also what is replaced later: it costs as much. Throws at the limit. */
function counter(): (name: string, value: string) => void {
  let size = 0;
  return (name, value) => {
    size += Buffer.byteLength(name) + Buffer.byteLength(value) + OF_A_VARIABLE;
    if (size > MAX_ENVIRONMENT) {
      throw new ContainerConfigError(`the environment is longer than ${MAX_ENVIRONMENT} bytes`);
    }
  };
}

async function variableValue(
  { value, valueFrom }: EnvVar,
  container: Container,
  known: Known,
  source: EnvSource,
): Promise<string | undefined> {
  if (valueFrom?.fieldRef !== undefined) {
    return fieldOf(valueFrom.fieldRef.fieldPath, source);
  }
  if (valueFrom?.resourceFieldRef !== undefined) {
    return resourceOf(valueFrom.resourceFieldRef, container, source.pod, await source.readNode());
  }
  if (valueFrom?.configMapKeyRef !== undefined) {
    return readKey(source, 'configmaps', valueFrom.configMapKeyRef);
  }
  if (valueFrom?.secretKeyRef !== undefined) {
    return readKey(source, 'secrets', valueFrom.secretKeyRef);
  }
  return expand(value ?? '', known);
}

type Known = Pick<ReadonlyMap<string, string>, 'get'>;

/**
 * No program of Linux starts with a longer variable (MAX_ARG_STRLEN), or with more in all; variables that double each other
 * would know no end. Source: execve(2).
 */
const MAX_EXPANDED = 131_072;
const MAX_ENVIRONMENT = 6 * 1_024 * 1_024;
/** `=`, the zero at its end, and the pointer to it count too. */
const OF_A_VARIABLE = 10;
/** Of what is referred to, in one turn of the event loop. */
const AT_ONCE = 2_000;

/** `$(NAME)` of a known variable is replaced, of an unknown one kept; `$$` is one `$`. */
export function expand(text: string, env: Known): string {
  const given = Buffer.byteLength(text);
  let length = given;
  return text.replace(/\$(?:\$|\(([^)]*)\))/g, (match, name: string | undefined) => {
    const value = name === undefined ? '$' : (env.get(name) ?? match);
    length += Buffer.byteLength(value) - Buffer.byteLength(match);
    if (length > Math.max(MAX_EXPANDED, given)) {
      throw new ContainerConfigError(`"${text.slice(0, 64)}" is longer than ${MAX_EXPANDED} bytes when it is expanded`);
    }
    return value;
  });
}

type Entries = readonly (readonly [key: string, text: string])[];

const textOf = (id: keyof typeof KINDS, text: string): string =>
  id === 'secrets' ? Buffer.from(text, 'base64').toString() : text;

async function readData(
  { readConfig }: EnvSource,
  id: keyof typeof KINDS,
  name: string,
  optional: boolean,
): Promise<Readonly<Record<string, string>>> {
  const object = (await readConfig(id, name)) as
    | (KubeObject & { data?: Record<string, string>; binaryData?: Record<string, string> })
    | undefined;
  if (object === undefined && !optional) {
    throw new ContainerConfigError(`${KINDS[id]} "${name}" not found`);
  }
  return object?.data ?? {};
}

async function readAll(source: EnvSource, id: keyof typeof KINDS, name: string, optional: boolean): Promise<Entries> {
  const data = await readData(source, id, name, optional);
  return Object.entries(data).map(([key, text]) => [key, textOf(id, text)] as const);
}

async function readKey(
  source: EnvSource,
  id: keyof typeof KINDS,
  { name = '', key, optional = false }: { name?: string; key: string; optional?: boolean },
): Promise<string | undefined> {
  const data = await readData(source, id, name, optional);
  const text = Object.hasOwn(data, key) ? data[key] : undefined;
  if (text === undefined && !optional) {
    const kind = id === 'secrets' ? 'Secret' : 'ConfigMap';
    throw new ContainerConfigError(`couldn't find key ${key} in ${kind} ${source.pod.metadata.namespace}/${name}`);
  }
  return text === undefined ? undefined : textOf(id, text);
}
