/**
 * Addresses of a service and their families: a cluster of IPv4 alone, as addresses are 10.96.0.0/12's.
 * Source: normalizeClusterIPs and initIPFamilyFields in pkg/registry/core/service/storage, and pkg/apis/core/validation,
 * ValidateServiceClusterIPsRelatedFields, 1.34.
 */
import { isIP, isIPv6 } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import { duplicateField, invalidField, unsupportedField } from '../field-errors.ts';
import { checkIP } from '../pod/validate-network.ts';
import { HEADLESS, hasClusterIP, type ServiceSpec } from './default-service.ts';

const FAMILIES = ['IPv4', 'IPv6'];
const POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

/** Nothing of the cluster's is in it: whoever writes its endpoints may have both families. */
const isLeftToOthers = ({ clusterIP, selector = {} }: ServiceSpec): boolean =>
  clusterIP === HEADLESS && Object.keys(selector).length === 0;
const isHeadless = ({ clusterIPs = [] }: ServiceSpec): boolean => clusterIPs.length === 1 && clusterIPs[0] === HEADLESS;

const defaultPolicy = (spec: ServiceSpec): string => (isLeftToOthers(spec) ? 'RequireDualStack' : 'SingleStack');
const pluralOf = ({ clusterIP = '', clusterIPs = [] }: ServiceSpec): string[] =>
  clusterIP !== '' && clusterIPs.length === 0 ? [clusterIP] : clusterIPs;

/** What those who name none get, too. */
export function familiesOf(spec: ServiceSpec): string[] {
  const [first = 'IPv4', ...more] = spec.ipFamilies ?? [];
  const policy = spec.ipFamilyPolicy ?? defaultPolicy(spec);
  const wantsBoth = isLeftToOthers(spec) && policy !== 'SingleStack' && more.length === 0;
  return [first, ...(wantsBoth ? FAMILIES.filter((family) => family !== first) : more)];
}

/**
 * What follows from the rest without being anybody's wish, so that nobody owns it: the registry does this once it is noted
 * who owns what. Idempotent.
 */
export function completeAddresses(spec: ServiceSpec): void {
  if (!hasClusterIP(spec)) {
    return;
  }
  const clusterIPs = pluralOf(spec);
  Object.assign(spec, clusterIPs.length > 0 ? { clusterIPs } : {});
  spec.ipFamilyPolicy ??= defaultPolicy(spec);
  spec.ipFamilies = familiesOf(spec);
}

/** Whoever asks for one family gives the second up. */
export function giveUpSecondFamily(spec: ServiceSpec, old: ServiceSpec): void {
  if (spec.ipFamilyPolicy === 'SingleStack' && isDeepStrictEqual(spec.ipFamilies, old.ipFamilies)) {
    Object.assign(spec, spec.ipFamilies === undefined ? {} : { ipFamilies: spec.ipFamilies.slice(0, 1) });
  }
}

/** Both forms of the address say the same. */
function checkPlural({ clusterIP = '', clusterIPs = [] }: ServiceSpec): StatusCause[] {
  if (clusterIPs.length === 0) {
    return [];
  }
  if (clusterIP === '') {
    return [invalidField('spec.clusterIPs', clusterIPs, 'must be empty when `clusterIP` is not specified')];
  }
  return clusterIPs[0] === clusterIP
    ? []
    : [invalidField('spec.clusterIPs', clusterIPs, 'first value must match `clusterIP`')];
}

function checkNames({ ipFamilies = [], ipFamilyPolicy = '' }: ServiceSpec): StatusCause[] {
  return [
    ...ipFamilies.flatMap((family, index) => [
      ...(FAMILIES.includes(family) ? [] : [unsupportedField(`spec.ipFamilies[${index}]`, family, FAMILIES)]),
      ...(ipFamilies.indexOf(family) < index ? [duplicateField(`spec.ipFamilies[${index}]`, family)] : []),
    ]),
    ...(POLICIES.includes(ipFamilyPolicy) ? [] : [unsupportedField('spec.ipFamilyPolicy', ipFamilyPolicy, POLICIES)]),
  ];
}

function checkEach({ clusterIPs = [] }: ServiceSpec): StatusCause[] {
  return clusterIPs.flatMap((ip, index) => {
    if (index > 0 || ip !== HEADLESS) {
      return checkIP(`spec.clusterIPs[${index}]`, ip);
    }
    const isAlone = clusterIPs.length === 1;
    return isAlone ? [] : [invalidField('spec.clusterIPs', clusterIPs, "'None' must be the first and only value")];
  });
}

const checkCount = ({ clusterIPs = [] }: ServiceSpec): StatusCause[] =>
  clusterIPs.length > 2 ? [invalidField('spec.clusterIPs', clusterIPs, 'may only hold up to 2 values')] : [];

function checkTogether(spec: ServiceSpec): StatusCause[] {
  const { clusterIPs = [], ipFamilies = [] } = spec;
  // Two of three may be of one family: their count is told of already.
  const hasBoth = new Set(clusterIPs.map(isIP)).size === FAMILIES.length;
  const given = isHeadless(spec) ? [] : clusterIPs.slice(0, ipFamilies.length);
  return [
    ...(clusterIPs.length < 2 || hasBoth
      ? []
      : [invalidField('spec.clusterIPs', clusterIPs, 'may specify no more than one IP for each IP family')]),
    ...given.flatMap((ip, index) => {
      const family = ipFamilies[index] ?? '';
      const why = `expected an ${family} value as indicated by \`ipFamilies[${index}]\``;
      return !FAMILIES.includes(family) || family === `IPv${isIP(ip)}`
        ? []
        : [invalidField(`spec.clusterIPs[${index}]`, ip, why)];
    }),
  ];
}

function checkSingle({ clusterIPs = [], ipFamilies = [], ipFamilyPolicy = '' }: ServiceSpec): StatusCause[] {
  const refused = (what: string): StatusCause =>
    invalidField(
      'spec.ipFamilyPolicy',
      ipFamilyPolicy,
      `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`,
    );
  return ipFamilyPolicy === 'SingleStack'
    ? [
        ...(clusterIPs.length === 2 ? [refused('cluster IPs')] : []),
        ...(ipFamilies.length === 2 ? [refused('IP families')] : []),
      ]
    : [];
}

/** No update lets the second family go that does not say so: reducedIPFamilies. */
function checkReduced({ ipFamilies = [], ipFamilyPolicy }: ServiceSpec, old?: ServiceSpec): StatusCause[] {
  const isReduced = ipFamilies.length > 0 && ipFamilies.length < (old?.ipFamilies ?? []).length;
  const why = "must be 'SingleStack' to release the secondary IP family";
  return isReduced && ipFamilyPolicy !== 'SingleStack'
    ? [invalidField('spec.ipFamilyPolicy', ipFamilyPolicy, why)]
    : [];
}

/** An address whose family is not named: that of the cluster it must be. */
const checkServed = ({ clusterIPs = [], ipFamilies = [] }: ServiceSpec): StatusCause[] =>
  clusterIPs.flatMap((ip, index) =>
    index >= ipFamilies.length && isIPv6(ip)
      ? [invalidField(`spec.clusterIPs[${index}]`, clusterIPs, 'IPv6 is not configured on this cluster')]
      : [],
  );

function checkConfigured(spec: ServiceSpec): StatusCause[] {
  const { ipFamilies = [], ipFamilyPolicy } = spec;
  if (isLeftToOthers(spec)) {
    return [];
  }
  const dual = 'this cluster is not configured for dual-stack services';
  return [
    ...(ipFamilyPolicy === 'RequireDualStack' ? [invalidField('spec.ipFamilyPolicy', ipFamilyPolicy, dual)] : []),
    ...ipFamilies.flatMap((family, index) =>
      family === 'IPv4' ? [] : [invalidField(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster')],
    ),
  ];
}

/** In the steps that Kubernetes takes: what fails in one is told without the next. No update gets by with another family. */
export function checkFamilies(given: ServiceSpec, old?: ServiceSpec): StatusCause[] {
  if (!hasClusterIP(given)) {
    return [];
  }
  const spec = { ...given, clusterIPs: pluralOf(given), ipFamilyPolicy: given.ipFamilyPolicy ?? defaultPolicy(given) };
  const wrong = checkEach(spec);
  const together = wrong.length > 0 ? [] : checkTogether(spec);
  const steps = [
    () => [...checkPlural(spec), ...checkNames(spec), ...wrong, ...checkCount(spec), ...together],
    () => [...checkReduced(spec, old), ...checkSingle(spec), ...checkServed(spec)],
    () => checkConfigured(spec),
  ];
  return steps.reduce<StatusCause[]>((found, step) => (found.length > 0 ? found : step()), []);
}
