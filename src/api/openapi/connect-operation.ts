/** Subresources whose GET and POST become a connection. */
import type { Operation, Parameter, PathItem } from './document.ts';
import { FAILURES, type Subject } from './operations.ts';

const METHODS = [
  ['get', 'Get', 'WebSocket or SPDY/3.1'],
  ['post', 'Post', 'SPDY/3.1'],
] as const;

export const connectOperations =
  (parameters: readonly Parameter[]) =>
  ({ tag, groupVersion, name, phrase, kind }: Subject): PathItem =>
    Object.fromEntries(
      METHODS.map(([method, word, upgrade]): [string, Operation] => [
        method,
        {
          operationId: `connect${groupVersion}${word}${name}`,
          summary: `connect to ${phrase}`,
          description: `The request upgrades to ${upgrade}, with the channels or streams that kubectl speaks.`,
          tags: [tag],
          parameters,
          responses: { '101': { description: 'The connection is open.' }, ...FAILURES },
          'x-kubernetes-action': 'connect',
          'x-kubernetes-group-version-kind': kind,
        },
      ]),
    );
