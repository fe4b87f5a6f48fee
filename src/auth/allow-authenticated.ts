/**
 * `system:masters` may do everything, and so may every other authenticated user. Node authorisation stands before it and
 * asks it about all who are no kubelet; RBAC would take its place behind the same interface.
 */
import type { Authorizer, Rules, UserInfo } from './identity.ts';

const MASTERS = 'system:masters';
const ANONYMOUS = 'system:anonymous';

const isAuthenticated = ({ username }: UserInfo): boolean => username !== '' && username !== ANONYMOUS;

const ALL = ['*'];
const EVERYTHING: Rules = {
  resourceRules: [{ verbs: ALL, apiGroups: ALL, resources: ALL }],
  nonResourceRules: [{ verbs: ALL, nonResourceURLs: ALL }],
};
const NOTHING: Rules = { resourceRules: [], nonResourceRules: [] };

export const allowAuthenticated: Authorizer = {
  async rules(user) {
    return user.groups.includes(MASTERS) || isAuthenticated(user) ? EVERYTHING : NOTHING;
  },
  async authorize(user) {
    if (user.groups.includes(MASTERS)) {
      return { allowed: true, reason: `member of ${MASTERS}` };
    }
    return isAuthenticated(user)
      ? { allowed: true, reason: 'authenticated' }
      : { allowed: false, reason: 'not authenticated' };
  },
};
