/** One operation from a verb and what it is asked of. */
import { JSON_TYPE, YAML_TYPE } from '../http/media-type.ts';
import { type BodySchema, type Content, type Operation, refTo } from './document.ts';
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
  /** A PUT of a name that does not exist creates it. */
  readonly createdByPut: boolean;
  /** So does a server-side apply. */
  readonly createdByApply: boolean;
}

const content = (types: readonly string[], schema: BodySchema): Content =>
  Object.fromEntries(types.map((type) => [type, { schema }]));

const OBJECT_TYPES = [JSON_TYPE, YAML_TYPE];

export const answer = (description: string, schema: BodySchema, types: readonly string[] = OBJECT_TYPES) => ({
  description,
  content: content(types, schema),
});

const STATUS = refTo(`${META}.Status`);

export const FAILURES: Operation['responses'] = {
  '401': answer('The token is missing or unknown.', STATUS, [JSON_TYPE]),
  default: answer('A failure, with its reason.', STATUS, [JSON_TYPE]),
};

const ANSWERS: Readonly<Record<VerbForm['answer'], (subject: Subject) => BodySchema>> = {
  object: ({ schema }) => refTo(schema),
  list: ({ listSchema }) => refTo(listSchema),
  objectOrStatus: ({ schema }) => ({ anyOf: [refTo(schema), STATUS] }),
};

function successes(form: VerbForm, subject: Subject): Operation['responses'] {
  const success = answer(form.code === 201 ? 'Created' : 'OK', ANSWERS[form.answer](subject));
  const stream = content([`${JSON_TYPE};stream=watch`], refTo(`${META}.WatchEvent`));
  const whole = form.action === 'list' ? { ...success, content: { ...success.content, ...stream } } : success;
  const mayCreate = form.action === 'patch' ? subject.createdByApply : form.action === 'put' && subject.createdByPut;
  const created = mayCreate ? { '201': answer('Created', refTo(subject.schema)) } : {};
  return { [form.code]: whole, ...created };
}

function requestBody(form: VerbForm, subject: Subject): Pick<Operation, 'requestBody'> {
  const bodies = {
    object: { required: true, content: content(OBJECT_TYPES, refTo(subject.schema)) },
    patch: { required: true, content: content(subject.patchTypes, refTo(`${META}.Patch`)) },
    deleteOptions: { required: false, content: content(OBJECT_TYPES, refTo(`${META}.DeleteOptions`)) },
  };
  return form.body === undefined ? {} : { requestBody: bodies[form.body] };
}

export function operationOf(form: VerbForm, subject: Subject): Operation {
  return {
    operationId: `${form.word}${subject.groupVersion}${form.infix ?? ''}${subject.name}`,
    summary: `${form.word} ${subject.phrase}`,
    description: form.description,
    tags: [subject.tag],
    ...(form.parameters.length > 0 && { parameters: form.parameters }),
    ...requestBody(form, subject),
    responses: { ...successes(form, subject), ...FAILURES },
    'x-kubernetes-action': form.action,
    'x-kubernetes-group-version-kind': subject.kind,
  };
}
