/**
 * Secrets of type kubernetes.io/service-account-token: filled with a token of the account that they name, and deleted
 * with it. Nobody makes them but who asks for one. Source: pkg/controller/serviceaccount/tokens_controller.go, 1.34.
 */
import { eachKey } from '../../queue/each-key.ts';
import type { ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import { decodeObject } from '../../registry/registry.ts';
import type { ControllerContext, ControllerDefinition } from '../controller.ts';
import { namespacedKey, parseKey } from '../namespaced-key.ts';
import { removeObject } from '../remove-object.ts';
import { accountOf, completed, isComplete, isTokenSecret, TOKEN_TYPE, type TokenSecret } from './token-secret.ts';

const NAME = 'controller/service-account-token';
const SECRETS = 'secrets';
const ACCOUNTS = 'serviceaccounts';
/** Of an account that is gone: its secrets go. */
const GONE = 'account/';
/** No process of the API has said whom to trust yet. */
const NO_AUTHORITY_MS = 2_000;

export const serviceAccountTokenController: ControllerDefinition = {
  name: NAME,
  triggers: [
    {
      resource: SECRETS,
      dueOn: ({ after }) =>
        after !== undefined && isTokenSecret(after) ? [{ shard: NAME, key: namespacedKey(after) }] : [],
    },
    {
      resource: ACCOUNTS,
      dueOn: ({ before, after }) =>
        before !== undefined && after === undefined ? [{ shard: NAME, key: `${GONE}${namespacedKey(before)}` }] : [],
    },
  ],
  create: (context) => ({
    reconciler: eachKey({
      name: NAME,
      reconcile: (key, run) =>
        key.startsWith(GONE) ? lookAtAll(context, key.slice(GONE.length), run) : lookAt(context, key, run),
    }),
  }),
};

async function lookAtAll(context: ControllerContext, account: string, run: ReconcileContext): Promise<ReconcileResult> {
  const { namespace, name } = parseKey(account);
  const fields = [{ path: 'type', operator: '=' as const, value: TOKEN_TYPE }];
  const { items } = await context.registry.list(SECRETS, { namespace, fields });
  const secrets = items.map((item) => decodeObject<TokenSecret>(item)).filter(isTokenSecret);
  for (const secret of secrets.filter((one) => accountOf(one).name === name)) {
    await lookAt(context, namespacedKey(secret), run);
  }
  return {};
}

async function lookAt(context: ControllerContext, key: string, { lease }: ReconcileContext): Promise<ReconcileResult> {
  const { registry, apiAuthorities, issueAccountToken } = context;
  const { namespace, name } = parseKey(key);
  const stored = await registry.find(SECRETS, namespace, name);
  const secret = stored === undefined ? undefined : decodeObject<TokenSecret>(stored);
  if (secret === undefined || !isTokenSecret(secret) || secret.metadata.deletionTimestamp !== undefined) {
    return {};
  }
  const wanted = accountOf(secret);
  const account = await registry.find(ACCOUNTS, namespace, wanted.name);
  if (account === undefined || (wanted.uid !== '' && wanted.uid !== account.uid)) {
    await removeObject(registry, SECRETS, secret.metadata, lease);
    return {};
  }
  const authorities = await apiAuthorities();
  if (authorities.length === 0) {
    return { requeueAfterMs: NO_AUTHORITY_MS };
  }
  const ca = authorities.join('');
  if (isComplete(secret, ca) || secret.immutable === true) {
    return {};
  }
  const token = await issueAccountToken({ namespace, name: wanted.name, uid: account.uid }, name);
  const fill = (object: TokenSecret): boolean => completed(object, { ca, token, uid: account.uid });
  await registry.modify<TokenSecret>(SECRETS, namespace, name, fill, { uid: secret.metadata.uid ?? '', fence: lease });
  return {};
}
