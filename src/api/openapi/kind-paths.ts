/** Every path that a kind is served at, with an operation for every verb that its definition lists. */
import type { ResourceDefinition } from '../../resources/define-resource.ts';
import { strategyOf } from '../../resources/patch-strategy.ts';
import { type SubresourceEntry, subresourcesOf } from '../discovery/subresources.ts';
import { PATCH_TYPES } from '../http/read-patch.ts';
import { connectOperations } from './connect-operation.ts';
import type { PathItem, Paths } from './document.ts';
import { capital, groupVersionWord, rootPath, schemaNameOf, tagOf } from './kind-names.ts';
import { logOperation } from './log-operation.ts';
import { operationOf, type Subject } from './operations.ts';
import { ATTACH, EXEC, NAME, NAMESPACE, PORT_FORWARD } from './parameters.ts';
import { proxyPaths } from './proxy-operation.ts';
import { VERBS, type VerbForm } from './verbs.ts';

const PLAIN_PATCH_TYPES = Object.keys(PATCH_TYPES).filter((type) => PATCH_TYPES[type] !== 'strategic');

function subjectOf(definition: ResourceDefinition): Subject {
  const { group, version, kind, namespaced, schema } = definition;
  return {
    tag: tagOf(definition),
    groupVersion: groupVersionWord(definition),
    name: `${namespaced ? 'Namespaced' : ''}${kind}`,
    phrase: kind,
    kind: { group, version, kind },
    schema,
    listSchema: `${schema}List`,
    patchTypes: strategyOf(definition) === undefined ? PLAIN_PATCH_TYPES : Object.keys(PATCH_TYPES),
    createdByPut: definition.createOnUpdate === true,
    createdByApply: true,
  };
}

function subresourceSubject(definition: ResourceDefinition, entry: SubresourceEntry): Subject {
  const main = subjectOf(definition);
  const { group, version, kind, name } = entry;
  return {
    ...main,
    name: `${main.name}${capital(name)}`,
    phrase: `${name} of ${main.phrase}`,
    kind: { group, version, kind },
    schema: schemaNameOf(definition, entry),
    // Scale has no row in the table of kinds, hence no merge strategy: plain rules only.
    patchTypes: kind === definition.kind ? main.patchTypes : PLAIN_PATCH_TYPES,
    createdByPut: false,
    createdByApply: false,
  };
}

const formsOf = (verbs: readonly string[]): VerbForm[] =>
  verbs.map((verb) => VERBS[verb]).filter((form) => form !== undefined);

/** What a kind of its own does to the forms of all. */
function ownForms({ verbs, deletion, createAnswersStatus }: ResourceDefinition): VerbForm[] {
  const answers: Partial<Record<string, VerbForm['answer']>> = {
    ...(deletion?.answersObject === true && { delete: 'object' }),
    ...(createAnswersStatus === true && { post: 'objectOrStatus' }),
  };
  return formsOf(verbs).map((form) => ({ ...form, answer: answers[form.action] ?? form.answer }));
}

const pathItem = (forms: readonly VerbForm[], subject: Subject): PathItem =>
  Object.fromEntries(forms.map((form) => [form.method, operationOf(form, subject)]));

const operations = (forms: readonly VerbForm[], subject: Subject, on: VerbForm['on']): PathItem =>
  pathItem(
    forms.filter((form) => form.on === on),
    subject,
  );

/** Creating at a subresource orders something; whether its answer is more than a Status is the subresource's to say. */
const subresourceOperations = (verbs: readonly string[], subject: Subject): PathItem =>
  pathItem(
    formsOf(verbs).map((form) => (form.action === 'post' ? { ...form, answer: 'objectOrStatus' } : form)),
    subject,
  );

/** Subresources that answer with something else than an object. */
const STREAMS: Readonly<Record<string, (subject: Subject) => PathItem>> = {
  log: (subject) => ({ get: logOperation(subject) }),
  exec: connectOperations(EXEC),
  attach: connectOperations(ATTACH),
  portforward: connectOperations(PORT_FORWARD),
};

function subresourcePaths(definition: ResourceDefinition, item: string, scope: PathItem): Paths {
  return Object.fromEntries(
    subresourcesOf(definition).flatMap((entry) => {
      const subject = subresourceSubject(definition, entry);
      const path = `${item}/${entry.name}`;
      if (entry.name === 'proxy') {
        return Object.entries(proxyPaths(path, subject, scope));
      }
      const served = STREAMS[entry.name]?.(subject) ?? subresourceOperations(entry.verbs, subject);
      return [[path, { ...served, ...scope }]];
    }),
  );
}

/** The list over all namespaces, for namespaced kinds. */
function everywherePath(definition: ResourceDefinition): Paths {
  const lists = definition.verbs.filter((verb) => verb === 'list');
  const subject = { ...subjectOf(definition), name: `${definition.kind}ForAllNamespaces` };
  return definition.namespaced && lists.length > 0
    ? { [`${rootPath(definition)}/${definition.plural}`]: operations(formsOf(lists), subject, 'collection') }
    : {};
}

export function pathsOf(definition: ResourceDefinition): Paths {
  const { namespaced, plural } = definition;
  const subject = subjectOf(definition);
  const forms = ownForms(definition);
  const scope = namespaced ? [NAMESPACE] : [];
  const collection = `${rootPath(definition)}${namespaced ? '/namespaces/{namespace}' : ''}/${plural}`;
  const item = `${collection}/{name}`;
  const itemScope = { parameters: [NAME, ...scope] };
  return {
    ...everywherePath(definition),
    [collection]: { ...operations(forms, subject, 'collection'), parameters: scope },
    [item]: { ...operations(forms, subject, 'item'), ...itemScope },
    ...subresourcePaths(definition, item, itemScope),
  };
}
