/** What a service account is called as a user, and the groups that it is in. Source: apiserver's serviceaccount/util.go. */

export const accountUsername = (namespace: string, name: string): string =>
  `system:serviceaccount:${namespace}:${name}`;

export const accountGroups = (namespace: string): string[] => [
  'system:serviceaccounts',
  `system:serviceaccounts:${namespace}`,
];
