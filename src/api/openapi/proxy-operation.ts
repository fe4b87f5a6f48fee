/** Asking a pod, the pods of a service, or a node through the API: any method, at any path below. */
import type { Method, Operation, PathItem, Paths } from './document.ts';
import { capital } from './kind-names.ts';
import { answer, FAILURES, type Subject } from './operations.ts';
import { PROXY_PATH } from './parameters.ts';

const METHODS: readonly Method[] = ['get', 'put', 'post', 'delete', 'patch'];

function proxyOperation(method: Method, { tag, groupVersion, name, phrase, kind }: Subject, below: boolean): Operation {
  const anything = answer('What the other side answers, whatever its code.', {}, ['*/*']);
  return {
    operationId: `connect${groupVersion}${capital(method)}${name}${below ? 'WithPath' : ''}`,
    summary: `connect ${method.toUpperCase()} requests to ${phrase}`,
    description: below
      ? 'The request goes on with its path, query, headers and body, but without credentials; HEAD, OPTIONS and ' +
        'upgrades too. 503 when nothing answers there.'
      : 'Redirects to the same path with a slash at its end.',
    tags: [tag],
    responses: {
      ...(below ? { '200': anything } : { '301': { description: 'The path with a slash.' } }),
      ...FAILURES,
    },
    'x-kubernetes-action': 'connect',
    'x-kubernetes-group-version-kind': kind,
  };
}

/** `path`: that of the subresource. */
export function proxyPaths(path: string, subject: Subject, scope: PathItem): Paths {
  const item = (below: boolean): PathItem =>
    Object.fromEntries(METHODS.map((method) => [method, proxyOperation(method, subject, below)]));
  return {
    [path]: { ...item(false), ...scope },
    [`${path}/{path}`]: { ...item(true), parameters: [...(scope.parameters ?? []), PROXY_PATH] },
  };
}
