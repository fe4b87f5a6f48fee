/** What an ingress must meet. Source: pkg/apis/networking/validation, ValidateIngressSpec, 1.34. */
import { isIP } from 'node:net';
import type { StatusCause } from '../../errors.ts';
import { isDNS1123Subdomain, isWildcardDNS1123Subdomain } from '../../values/name-rules.ts';
import { invalidField, requiredField, unsupportedField, violations } from '../field-errors.ts';
import { checkIP } from '../pod/validate-network.ts';
import { type Backend, checkBackend } from './ingress-backend.ts';

interface Path {
  path?: string;
  pathType?: string;
  backend?: Backend;
}
interface Rule {
  host?: string;
  http?: { paths?: Path[] };
}
interface Tls {
  hosts?: string[];
  secretName?: string;
}
export interface IngressSpec {
  ingressClassName?: string;
  defaultBackend?: Backend;
  rules?: Rule[];
  tls?: Tls[];
}
export interface IngressStatus {
  loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] };
}

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const BAD_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'];
const BAD_ENDS = ['/..', '/.'];
const NEITHER = 'either `defaultBackend` or `rules` must be specified';
const NOT_AN_IP = 'must be a DNS name, not an IP address';

const isWildcard = (host: string): boolean => host.includes('*');

const checkHost = (path: string, host: string): StatusCause[] =>
  violations(isWildcard(host) ? isWildcardDNS1123Subdomain : isDNS1123Subdomain, path, host);

/** A path that is matched as text must not mean another one. */
function checkPathText(field: string, path: string, pathType: string): StatusCause[] {
  const isFree = pathType === 'ImplementationSpecific';
  const isAbsolute = path.startsWith('/') || (path === '' && isFree);
  return [
    ...(isAbsolute ? [] : [invalidField(field, path, 'must be an absolute path')]),
    ...(isFree ? [] : BAD_SEQUENCES)
      .filter((text) => path.includes(text))
      .map((text) => invalidField(field, path, `must not contain '${text}'`)),
    ...(isFree ? [] : BAD_ENDS)
      .filter((text) => path.endsWith(text))
      .map((text) => invalidField(field, path, `cannot end with '${text}'`)),
  ];
}

function checkPath(at: string, { path = '', pathType, backend = {} }: Path): StatusCause[] {
  if (pathType === undefined) {
    return [requiredField(`${at}.pathType`, 'pathType must be specified')];
  }
  return [
    ...(PATH_TYPES.includes(pathType)
      ? checkPathText(`${at}.path`, path, pathType)
      : [unsupportedField(`${at}.pathType`, pathType, PATH_TYPES)]),
    ...checkBackend(`${at}.backend`, backend),
  ];
}

function checkHttp(at: string, { http }: Rule): StatusCause[] {
  const paths = http?.paths ?? [];
  return [
    ...(http !== undefined && paths.length === 0 ? [requiredField(`${at}.http.paths`)] : []),
    ...paths.flatMap((path, i) => checkPath(`${at}.http.paths[${i}]`, path)),
  ];
}

/** Before 1.19 what stood behind a wildcard was not looked at; ingresses of then may be kept. */
const hasBadWildcard = ({ rules = [] }: IngressSpec = {}): boolean =>
  rules.some((rule) => isWildcard(rule.host ?? '') && checkHttp('', rule).length > 0);

const checkRule = (at: string, rule: Rule, spareWildcards: boolean): StatusCause[] => {
  const { host = '' } = rule;
  return [
    ...(isIP(host) > 0 ? [invalidField(`${at}.host`, host, NOT_AN_IP)] : []),
    ...(host === '' ? [] : checkHost(`${at}.host`, host)),
    ...(spareWildcards && isWildcard(host) ? [] : checkHttp(at, rule)),
  ];
};

const secretProblems = (path: string, { secretName = '' }: Tls): StatusCause[] =>
  secretName === '' ? [] : violations(isDNS1123Subdomain, `${path}.secretName`, secretName);

const checkTls = (path: string, tls: Tls, spareSecrets: boolean): StatusCause[] => [
  ...(tls.hosts ?? []).flatMap((host, index) => checkHost(`${path}.hosts[${index}]`, host)),
  ...(spareSecrets ? [] : secretProblems(path, tls)),
];

export function checkIngress(spec: IngressSpec, old: IngressSpec | undefined): StatusCause[] {
  const { defaultBackend, rules = [], tls = [], ingressClassName } = spec;
  const spareWildcards = hasBadWildcard(old);
  const spareSecrets = (old?.tls ?? []).some((one) => secretProblems('', one).length > 0);
  return [
    ...(rules.length === 0 && defaultBackend === undefined ? [invalidField('spec', null, NEITHER)] : []),
    ...(defaultBackend === undefined ? [] : checkBackend('spec.defaultBackend', defaultBackend)),
    ...rules.flatMap((rule, index) => checkRule(`spec.rules[${index}]`, rule, spareWildcards)),
    ...tls.flatMap((one, index) => checkTls(`spec.tls[${index}]`, one, spareSecrets)),
    ...(ingressClassName === undefined
      ? []
      : violations(isDNS1123Subdomain, 'spec.ingressClassName', ingressClassName)),
  ];
}

export const checkIngressStatus = ({ loadBalancer = {} }: IngressStatus): StatusCause[] =>
  (loadBalancer.ingress ?? []).flatMap(({ ip = '', hostname = '' }, index) => {
    const path = `status.loadBalancer.ingress[${index}]`;
    return [
      ...(ip === '' ? [] : checkIP(`${path}.ip`, ip)),
      ...(hostname === '' ? [] : violations(isDNS1123Subdomain, `${path}.hostname`, hostname)),
      ...(isIP(hostname) > 0 ? [invalidField(`${path}.hostname`, hostname, NOT_AN_IP)] : []),
    ];
  });
