/** Asks the authorizer and puts a refusal into Kubernetes' words (apiserver's handlers/responsewriters/errors.go). */
import type { Authorizer, RequestAttributes, UserInfo } from '../../auth/identity.ts';
import { forbidden, StatusError } from '../../errors.ts';

function describe(user: UserInfo, asked: RequestAttributes): string {
  const { verb, group = '', resource = '', subresource, namespace, path } = asked;
  const who = `User "${user.username}" cannot ${verb}`;
  if (path !== undefined) {
    return `${who} path "${path}"`;
  }
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  return `${who} resource "${what}" in API group "${group}" ${where}`;
}

/** Throws 403. Also for what a stream asks within one connection. */
export async function authorize(authorizer: Authorizer, user: UserInfo, asked: RequestAttributes): Promise<void> {
  const { allowed, reason } = await authorizer.authorize(user, asked);
  if (allowed) {
    return;
  }
  const why = `${describe(user, asked)}${reason === '' ? '' : `: ${reason}`}`;
  if (asked.path !== undefined) {
    throw new StatusError('Forbidden', `forbidden: ${why}`, {});
  }
  throw forbidden({ group: asked.group ?? '', resource: asked.resource ?? '' }, asked.name ?? '', why);
}
