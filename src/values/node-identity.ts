/** Whether a user is the kubelet of a node. Source: pkg/auth/nodeidentifier/default.go. */
const PREFIX = 'system:node:';
const NODES = 'system:nodes';

/** The node's name; undefined: no kubelet. */
export const nodeNameOf = (user: {
  readonly username: string;
  readonly groups: readonly string[];
}): string | undefined =>
  user.username.startsWith(PREFIX) && user.groups.includes(NODES) ? user.username.slice(PREFIX.length) : undefined;
