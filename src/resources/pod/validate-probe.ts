/** Probes and lifecycle hooks. Source: pkg/apis/core/validation, validateProbe, validateHandler, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isHTTPHeaderName } from '../../values/name-rules.ts';
import {
  checkNonNegative,
  forbiddenField,
  invalidField,
  requiredField,
  unsupportedField,
  violations,
} from '../field-errors.ts';
import type { Container, Handler, HttpGetAction, Probe } from './container.ts';
import { checkPortReference } from './validate-ports.ts';

const SCHEMES = ['HTTP', 'HTTPS'];
const SECONDS_AND_COUNTS = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const;

function checkHttpGet(path: string, { path: urlPath = '', port, scheme = '', httpHeaders = [] }: HttpGetAction) {
  return [
    ...(urlPath === '' ? [requiredField(`${path}.path`)] : []),
    ...checkPortReference(`${path}.port`, port),
    ...(SCHEMES.includes(scheme) ? [] : [unsupportedField(`${path}.scheme`, scheme, SCHEMES)]),
    ...httpHeaders.flatMap(({ name = '' }) => violations(isHTTPHeaderName, `${path}.httpHeaders`, name)),
  ];
}

function checkSleep(path: string, seconds: number, graceSeconds: number): StatusCause[] {
  if (seconds >= 0 && seconds <= graceSeconds) {
    return [];
  }
  const detail = `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`;
  return [invalidField(path, seconds, detail)];
}

type Check = (path: string, handler: Handler, graceSeconds: number) => StatusCause[];
const ACTIONS: Readonly<Record<keyof Handler, Check>> = {
  exec: (path, { exec }) => ((exec?.command ?? []).length > 0 ? [] : [requiredField(`${path}.command`)]),
  httpGet: (path, { httpGet = {} }) => checkHttpGet(path, httpGet),
  tcpSocket: (path, { tcpSocket }) => checkPortReference(`${path}.port`, tcpSocket?.port),
  grpc: (path, { grpc }) => checkPortReference(`${path}.port`, grpc?.port),
  sleep: (path, { sleep }, graceSeconds) => checkSleep(path, sleep?.seconds ?? 0, graceSeconds),
};
const PROBE_ACTIONS = ['exec', 'httpGet', 'tcpSocket', 'grpc'] as const;
const HOOK_ACTIONS = ['exec', 'httpGet', 'tcpSocket', 'sleep'] as const;

/** Exactly one action; only the first of several is looked into. */
function checkHandler(
  path: string,
  handler: Handler,
  actions: readonly (keyof Handler)[],
  graceSeconds: number,
): StatusCause[] {
  const [first, ...others] = actions.filter((action) => handler[action] !== undefined);
  if (first === undefined) {
    return [requiredField(path, 'must specify a handler type')];
  }
  return [
    ...ACTIONS[first](`${path}.${first}`, handler, graceSeconds),
    ...others.map((other) => forbiddenField(`${path}.${other}`, 'may not specify more than 1 handler type')),
  ];
}

function checkProbe(path: string, probe: Probe, graceSeconds: number): StatusCause[] {
  const { terminationGracePeriodSeconds: ownGrace } = probe;
  return [
    ...checkHandler(path, probe, PROBE_ACTIONS, graceSeconds),
    ...SECONDS_AND_COUNTS.flatMap((field) => checkNonNegative(`${path}.${field}`, probe[field])),
    ...(ownGrace !== undefined && ownGrace <= 0
      ? [invalidField(`${path}.terminationGracePeriodSeconds`, ownGrace, 'must be greater than 0')]
      : []),
  ];
}

function checkKillingProbe(path: string, probe: Probe | undefined, graceSeconds: number): StatusCause[] {
  if (probe === undefined) {
    return [];
  }
  const { successThreshold } = probe;
  return [
    ...checkProbe(path, probe, graceSeconds),
    ...(successThreshold === 1 ? [] : [invalidField(`${path}.successThreshold`, successThreshold, 'must be 1')]),
  ];
}

function checkReadinessProbe(path: string, probe: Probe | undefined, graceSeconds: number): StatusCause[] {
  if (probe === undefined) {
    return [];
  }
  const { terminationGracePeriodSeconds: ownGrace } = probe;
  const field = `${path}.terminationGracePeriodSeconds`;
  return [
    ...checkProbe(path, probe, graceSeconds),
    ...(ownGrace === undefined ? [] : [invalidField(field, ownGrace, 'must not be set for readinessProbes')]),
  ];
}

/** The hooks and probes of a container that may have them: a main container or a sidecar. */
export function checkHooksAndProbes(path: string, container: Container, graceSeconds: number): StatusCause[] {
  const { lifecycle = {}, livenessProbe, readinessProbe, startupProbe } = container;
  return [
    ...(['postStart', 'preStop'] as const).flatMap((hook) => {
      const handler = lifecycle[hook];
      const at = `${path}.lifecycle.${hook}`;
      return handler === undefined ? [] : checkHandler(at, handler, HOOK_ACTIONS, graceSeconds);
    }),
    ...checkKillingProbe(`${path}.livenessProbe`, livenessProbe, graceSeconds),
    ...checkReadinessProbe(`${path}.readinessProbe`, readinessProbe, graceSeconds),
    ...checkKillingProbe(`${path}.startupProbe`, startupProbe, graceSeconds),
  ];
}
