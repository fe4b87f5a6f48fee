/** Reading a container's log: text, not an object. */
import type { Operation } from './document.ts';
import { answer, FAILURES, type Subject } from './operations.ts';
import { LOG } from './parameters.ts';

export const logOperation = ({ tag, groupVersion, name, phrase, kind }: Subject): Operation => ({
  operationId: `read${groupVersion}${name}`,
  summary: `read ${phrase}`,
  description: 'Answers with text, oldest line first. With `follow` the answer ends when the container does.',
  tags: [tag],
  parameters: LOG,
  responses: { '200': answer('OK', { type: 'string' }, ['text/plain']), ...FAILURES },
  'x-kubernetes-action': 'get',
  'x-kubernetes-group-version-kind': kind,
});
