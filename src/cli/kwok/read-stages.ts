/** Stages out of the text of a file: documents one after another, and lists of them. */
import { parseAllDocuments } from 'yaml';
import type { Note, Requirement, Stage, StageEvent, StageFinalizers } from './stage.ts';

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string => (value === undefined || value === null ? '' : String(value));
const textsOf = (value: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(fieldsOf(value)).map(([key, one]) => [key, textOf(one)]));
const wholeOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

export interface ReadStages {
  readonly stages: readonly Stage[];
  readonly notes: readonly Note[];
}

/** Throws when the text is no YAML. */
export function readStages(text: string): ReadStages {
  const documents = parseAllDocuments(text);
  const broken = [...documents].flatMap(({ errors }) => errors)[0];
  if (broken !== undefined || !Array.isArray(documents)) {
    throw new Error(broken?.message.split('\n')[0] ?? 'it is empty');
  }
  const objects = documents.flatMap((document) => {
    const value: unknown = document.toJS();
    return value === null ? [] : flatten(value);
  });
  const stages: Stage[] = [];
  const notes: Note[] = [];
  for (const object of objects) {
    const { apiVersion, kind, metadata } = object;
    const name = textOf(fieldsOf(metadata)['name']);
    if (kind === 'Stage' && textOf(apiVersion).startsWith('kwok.x-k8s.io/')) {
      stages.push(stageOf(name, fieldsOf(object['spec'])));
    } else {
      const why = `${textOf(kind) || 'an object without a kind'} is no Stage of kwok.x-k8s.io`;
      notes.push({ stage: name || '?', field: 'kind', degree: 'lost', why });
    }
  }
  return { stages, notes };
}

function flatten(value: unknown): Fields[] {
  const object = fieldsOf(value);
  return Array.isArray(object['items']) && textOf(object['kind']).endsWith('List')
    ? object['items'].flatMap(flatten)
    : [object];
}

interface Step {
  readonly field: string;
  readonly fields: Fields;
}

/** `next` is the older form of `steps`. */
function stepsOf(spec: Fields): Step[] {
  const next = fieldsOf(spec['next']);
  const { patches, statusTemplate, ...rest } = next;
  return [
    ...(spec['next'] === undefined ? [] : [{ field: 'spec.next', fields: rest }]),
    ...(statusTemplate === undefined
      ? []
      : [
          { field: 'spec.next.statusTemplate', fields: { patch: { subresource: 'status', template: statusTemplate } } },
        ]),
    ...listOf(patches).map((patch, i) => ({ field: `spec.next.patches[${i}]`, fields: { patch } })),
    ...listOf(spec['steps']).map((step, i) => ({ field: `spec.steps[${i}]`, fields: fieldsOf(step) })),
  ];
}

function requirementOf(value: unknown): Requirement | undefined {
  const given = fieldsOf(value);
  const { key, operator, values } = given['jq'] === undefined ? given : fieldsOf(given['jq']);
  return typeof key === 'string' && typeof operator === 'string'
    ? { key, operator, values: listOf(values).map(textOf) }
    : undefined;
}

const isStatus = (patch: Fields): boolean => patch['subresource'] === 'status' || patch['root'] === 'status';

function unreadOf(spec: Fields, steps: readonly Step[]): Stage['unread'] {
  const delay = fieldsOf(spec['delay']);
  const selector = fieldsOf(spec['selector']);
  const expressions = listOf(selector['matchExpressions']);
  const annotated = (value: unknown): string => {
    const { expressionFrom, jq, cel } = fieldsOf(value);
    return textOf(expressionFrom ?? fieldsOf(jq)['expression'] ?? fieldsOf(cel)['expression']);
  };
  const found = (field: string, value: unknown, instead: string) =>
    value === undefined ? [] : [{ field, why: `${annotated(value)} is not looked at: ${instead}` }];
  return [
    ...found('spec.delay.durationFrom', delay['durationFrom'], 'durationMilliseconds is taken for every pod'),
    ...found('spec.delay.jitterDurationFrom', delay['jitterDurationFrom'], 'jitterDurationMilliseconds is taken'),
    ...found('spec.weightFrom', spec['weightFrom'], 'weight is taken for every pod'),
    ...expressions.flatMap((one, i) =>
      requirementOf(one) === undefined
        ? [{ field: `spec.selector.matchExpressions[${i}]`, why: 'only jq paths are understood' }]
        : [],
    ),
    ...steps.flatMap(({ field, fields: { patch } }) =>
      patch === undefined || isStatus(fieldsOf(patch))
        ? []
        : [{ field, why: 'a patch of anything but the status has no counterpart' }],
    ),
  ];
}

function eventsOf({ field, fields }: Step): StageEvent[] {
  const { type, reason, message } = fieldsOf(fields['event']);
  const texts = { type: textOf(type), reason: textOf(reason), message: textOf(message) };
  return fields['event'] === undefined ? [] : [{ field: `${field}.event`, ...texts }];
}

function finalizersOf({ field, fields }: Step): StageFinalizers[] {
  const { add, remove, empty } = fieldsOf(fields['finalizers']);
  const values = (list: unknown): string[] => listOf(list).map((one) => textOf(fieldsOf(one)['value']));
  return fields['finalizers'] === undefined
    ? []
    : [{ field: `${field}.finalizers`, add: values(add), remove: values(remove), removeAll: empty === true }];
}

function stageOf(name: string, spec: Fields): Stage {
  const selector = fieldsOf(spec['selector']);
  const delay = fieldsOf(spec['delay']);
  const { apiGroup = 'v1', kind } = fieldsOf(spec['resourceRef']);
  const steps = stepsOf(spec);
  const patches = steps.filter(({ fields }) => isStatus(fieldsOf(fields['patch'])));
  const jitterMs = wholeOf(delay['jitterDurationMilliseconds']);
  return {
    ...{ name, apiGroup: textOf(apiGroup), kind: textOf(kind) },
    labels: textsOf(selector['matchLabels']),
    annotations: textsOf(selector['matchAnnotations']),
    requirements: listOf(selector['matchExpressions']).flatMap((one) => requirementOf(one) ?? []),
    delay: { ms: wholeOf(delay['durationMilliseconds']) ?? 0, ...(jitterMs === undefined ? {} : { jitterMs }) },
    weight: wholeOf(spec['weight']) ?? 0,
    isDelete: steps.some(({ fields }) => fields['delete'] === true),
    statusTemplate: patches.map(({ fields }) => textOf(fieldsOf(fields['patch'])['template'])).join('\n'),
    templateField: patches[0]?.field ?? 'spec',
    events: steps.flatMap(eventsOf),
    finalizers: steps.flatMap(finalizersOf),
    unread: unreadOf(spec, steps),
  };
}
