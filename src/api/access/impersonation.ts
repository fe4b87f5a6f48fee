/**
 * Who a request is to count as from, where it says so in `Impersonate-*` headers and its sender may. Source: apiserver's
 * endpoints/filters/impersonation.go, 1.34; other than there, groups without a user are a 400, not a 500.
 */
import type { Authorizer, RequestAttributes, UserInfo } from '../../auth/identity.ts';
import { accountGroups } from '../../auth/service-account-names.ts';
import { badRequest } from '../../errors.ts';
import { authorize } from './authorize.ts';

const PREFIX = 'impersonate-';
const EXTRA = 'impersonate-extra-';
const AUTHENTICATION = 'authentication.k8s.io';
const ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;
const ANONYMOUS = 'system:anonymous';
const AUTHENTICATED = 'system:authenticated';
const UNAUTHENTICATED = 'system:unauthenticated';

type Header = readonly [name: string, value: string];

/** The raw ones: where a header is there twice, Node joins its values by commas, which names may have. */
function impersonationHeaders(rawHeaders: readonly string[]): Header[] {
  const headers: Header[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase();
    if (name.startsWith(PREFIX)) {
      headers.push([name, rawHeaders[i + 1] ?? '']);
    }
  }
  return headers;
}

/** A key that holds what no header's name may is escaped as in URLs. */
function extraKey(name: string): string {
  const key = name.slice(EXTRA.length);
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

function extrasOf(headers: readonly Header[]): Record<string, string[]> {
  const extras = new Map<string, string[]>();
  for (const [name, value] of headers) {
    if (name.startsWith(EXTRA)) {
      const key = extraKey(name);
      extras.set(key, [...(extras.get(key) ?? []), value]);
    }
  }
  return Object.fromEntries(extras);
}

/** Named groups are all that there are, but for the one that says whether anybody was authenticated. */
function groupsOf(username: string, named: readonly string[]): string[] {
  const namespace = ACCOUNT.exec(username)?.[1];
  const ofAccount = namespace === undefined ? [] : accountGroups(namespace);
  const groups = named.length > 0 ? [...named] : ofAccount;
  const isTold = groups.some(
    (group) => group === UNAUTHENTICATED || (group === AUTHENTICATED && username !== ANONYMOUS),
  );
  return isTold ? groups : [...groups, username === ANONYMOUS ? UNAUTHENTICATED : AUTHENTICATED];
}

function wantedUser(headers: readonly Header[]): UserInfo {
  const all = (wanted: string): string[] => headers.filter(([name]) => name === wanted).map(([, value]) => value);
  const [username = ''] = all('impersonate-user');
  const [uid = ''] = all('impersonate-uid');
  const extra = extrasOf(headers);
  if (username === '') {
    throw badRequest(`requested ${headers.map(([name]) => name).join(', ')} without impersonating a user`);
  }
  return {
    username,
    ...(uid === '' ? {} : { uid }),
    groups: groupsOf(username, all('impersonate-group')),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}

/** One question for each thing that is asked for. */
function questions(user: UserInfo, headers: readonly Header[]): RequestAttributes[] {
  const verb = 'impersonate';
  const [, namespace, account] = ACCOUNT.exec(user.username) ?? [];
  const who: RequestAttributes =
    namespace === undefined || account === undefined
      ? { verb, group: '', resource: 'users', name: user.username }
      : { verb, group: '', resource: 'serviceaccounts', namespace, name: account };
  const rest = headers.flatMap(([header, name]): RequestAttributes[] => {
    if (header === 'impersonate-group') {
      return [{ verb, group: '', resource: 'groups', name }];
    }
    if (header === 'impersonate-uid') {
      return [{ verb, group: AUTHENTICATION, resource: 'uids', name }];
    }
    return header.startsWith(EXTRA)
      ? [{ verb, group: AUTHENTICATION, resource: 'userextras', subresource: extraKey(header), name }]
      : [];
  });
  return [who, ...rest];
}

/** The sender itself where nothing is asked for. Throws 400 and 403. */
export async function impersonate(
  sender: UserInfo,
  rawHeaders: readonly string[],
  authorizer: Authorizer,
): Promise<UserInfo> {
  const headers = impersonationHeaders(rawHeaders).filter(([, value]) => value !== '');
  if (headers.length === 0) {
    return sender;
  }
  const user = wantedUser(headers);
  for (const question of questions(user, headers)) {
    await authorize(authorizer, sender, question);
  }
  return user;
}
