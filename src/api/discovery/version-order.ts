/**
 * Order of API versions, the preferred first: stable before beta before alpha, then the higher number; names of no
 * known form last, by name. Source: k8s.io/apimachinery/pkg/version CompareKubeAwareVersionStrings.
 */
const FORM = /^v([1-9][0-9]*)(?:(alpha|beta)([1-9][0-9]*))?$/;
const STABILITY = ['alpha', 'beta', undefined];

function rank(version: string): readonly number[] | undefined {
  const match = FORM.exec(version);
  return match === null ? undefined : [STABILITY.indexOf(match[2]), Number(match[1]), Number(match[3] ?? 0)];
}

/** Negative when `a` is preferred. A total order. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [rank(a), rank(b)];
  if (left === undefined || right === undefined) {
    return Number(left === undefined) - Number(right === undefined) || (a < b ? -1 : Number(a > b));
  }
  return left.map((part, index) => (right[index] ?? 0) - part).find((difference) => difference !== 0) ?? 0;
}
