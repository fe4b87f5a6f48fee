/** One operation from a verb and what it is asked of. */

import { ACCEPTED_BODY_TYPES, JSON_TYPE, YAML_TYPE } from '../http/media-type.ts';
import { type BodySchema, type Content, type Operation, type Parameter, refTo } from './document.ts';
import type { VerbForm } from './verbs.ts';

export const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** What an operation is about: a kind, or a subresource of one. */
export interface Subject {
  readonly tag: string;
  /** `CoreV1` and `NamespacedPod`, as they stand in the operation's id. */
  readonly groupVersion: string;
  readonly name: string;
  /** As one says it: `Pod`, `the scale of Deployment`. */
  readonly phrase: string;
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly schema: string;
  readonly listSchema: string;
  readonly patchTypes: readonly string[];
}

export const content = (types: readonly string[], schema: BodySchema): Content =>
  Object.fromEntries(types.map((type) => [type, { schema }]));

const ANSWER_TYPES = [JSON_TYPE, YAML_TYPE];

export const answer = (description: string, schema: BodySchema, types: readonly string[] = ANSWER_TYPES) => ({
  description,
  content: content(types, schema),
});

export const FAILURES: Operation['responses'] = {
  '401': answer('The token is missing or unknown.', refTo(`${META}.Status`), [JSON_TYPE]),
  default: answer('A failure, with its reason.', refTo(`${META}.Status`), [JSON_TYPE]),
};

function successes(form: VerbForm, subject: Subject): Operation['responses'] {
  const object = refTo(subject.schema);
  if (form.answer === 'list') {
    const list = answer('OK', refTo(subject.listSchema));
    const stream = content([`${JSON_TYPE};stream=watch`], refTo(`${META}.WatchEvent`));
    return { '200': form.action === 'list' ? { ...list, content: { ...list.content, ...stream } } : list };
  }
  if (form.answer === 'deleted') {
    return { '200': answer('The object as it is, or that it is gone.', { anyOf: [object, refTo(`${META}.Status`)] }) };
  }
  return form.created === true
    ? { '200': answer('OK', object), '201': answer('Created', object) }
    : { '200': answer('OK', object) };
}

function requestBody(form: VerbForm, subject: Subject): Pick<Operation, 'requestBody'> {
  const bodies = {
    object: { required: true, content: content(ACCEPTED_BODY_TYPES, refTo(subject.schema)) },
    patch: { required: true, content: content(subject.patchTypes, refTo(`${META}.Patch`)) },
    deleteOptions: { required: false, content: content(ACCEPTED_BODY_TYPES, refTo(`${META}.DeleteOptions`)) },
  };
  return form.body === undefined ? {} : { requestBody: bodies[form.body] };
}

export function operationOf(
  form: VerbForm,
  subject: Subject,
  parameters: readonly Parameter[] = form.parameters,
): Operation {
  return {
    operationId: `${form.word}${subject.groupVersion}${form.infix ?? ''}${subject.name}`,
    summary: `${form.word} ${subject.phrase}`,
    tags: [subject.tag],
    ...(parameters.length > 0 && { parameters }),
    ...requestBody(form, subject),
    responses: { ...successes(form, subject), ...FAILURES },
    'x-kubernetes-action': form.action,
    'x-kubernetes-group-version-kind': subject.kind,
  };
}
