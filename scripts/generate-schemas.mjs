/**
 * Writes src/resources/schemas/*.json from the models of @kubernetes/client-node: names, types and formats from the
 * classes, required fields and descriptions from their .d.ts, markers from `schemas/extensions.mjs`. What fields of a
 * model's own type are for is said nowhere in that package, and so is in `schemas/field-descriptions.json` (the words of
 * k8s.io/api, from kubernetes-types and 1.34's types.go). Run by hand after an update of that package: `node scripts/generate-schemas.mjs`; `--check` only tells whether the output is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ATOMIC, ATOMIC_TYPES, FIELD_EXTENSIONS } from './schemas/extensions.mjs';
import {
  componentName,
  fileOf,
  groupVersionKind,
  INT_OR_STRING,
  LEAF_FIELDS,
  LEAVES,
  MICRO_TIME,
  ROOTS,
  shortName,
  TIME,
} from './schemas/packages.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MODELS = join(ROOT, 'node_modules/@kubernetes/client-node/dist/gen/models');
const OUTPUT = join(ROOT, 'src/resources/schemas');
const DESCRIPTIONS = JSON.parse(readFileSync(join(ROOT, 'scripts/schemas/field-descriptions.json'), 'utf8'));

const refTo = (component) => ({ $ref: `#/components/schemas/${component}` });

/** Numbers without a format are doubles in the models; an integer always says its width. */
const SCALARS = {
  string: (format) => (format === '' ? { type: 'string' } : { type: 'string', format }),
  number: (format) => ({ type: format.startsWith('int') ? 'integer' : 'number', format: format || 'double' }),
  boolean: () => ({ type: 'boolean' }),
  Date: () => refTo(TIME),
  V1MicroTime: () => refTo(MICRO_TIME),
  IntOrString: () => refTo(INT_OR_STRING),
};

/** `leaf` takes the place of the innermost type; models that are met are pushed on `met`. */
function typeSchema(type, format, leaf, met) {
  const list = /^Array<(.*)>$/.exec(type);
  if (list !== null) {
    return { type: 'array', items: typeSchema(list[1], format, leaf, met) };
  }
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type);
  if (map !== null) {
    return { type: 'object', additionalProperties: typeSchema(map[1], format, leaf, met) };
  }
  if (leaf !== undefined) {
    return refTo(leaf);
  }
  if (Object.hasOwn(SCALARS, type)) {
    return SCALARS[type](format);
  }
  if (!/^([A-Z][a-z]+)?V[12][A-Z]/.test(type)) {
    throw new Error(`unknown type ${type}`);
  }
  met.push(type);
  return refTo(componentName(type));
}

/** Of the class, and by field: whether it is required, and its comment. */
function readDeclaration(model) {
  const text = readFileSync(join(MODELS, `${model}.d.ts`), 'utf8');
  const comment = '(?:/\\*\\*\\s*\\n\\s*\\* ?([^\\n]*)\\n\\s*\\*/\\s*)?';
  const about = new RegExp(`${comment}export declare class`).exec(text)?.[1];
  const fields = new Map();
  for (const [, description, name, optional] of text.matchAll(new RegExp(`${comment}'([^']+)'(\\??): `, 'g'))) {
    fields.set(name, { description: description === undefined ? undefined : plainText(description), optional });
  }
  return { about: about === undefined ? undefined : plainText(about), fields };
}

const plainText = (comment) =>
  comment
    .replaceAll(/\\(['"`])/g, '$1')
    .replaceAll('*\\/', '*/')
    .trim();

/** OpenAPI 3.0 ignores what stands beside a $ref, so it goes into an allOf. */
function describe(schema, siblings) {
  const given = Object.fromEntries(Object.entries(siblings).filter(([, value]) => value !== undefined));
  const isRef = schema.$ref !== undefined && Object.keys(given).length > 0;
  return sorted({ ...given, ...(isRef ? { allOf: [schema] } : schema) });
}

const sorted = (object) => Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Of a type that two groups have, by its full name. */
const markersOf = (model) => FIELD_EXTENSIONS[componentName(model)] ?? FIELD_EXTENSIONS[shortName(model)] ?? {};

function fieldSchema(model, { name, type, format }, declared, met) {
  const schema = typeSchema(type, format, LEAF_FIELDS[`${shortName(model)}.${name}`], met);
  const marked = markersOf(model)[name];
  const plain = schema.type === 'array' && name !== 'items' ? ATOMIC : {};
  const description = declared?.description ?? DESCRIPTIONS[componentName(model)]?.[name];
  return describe(schema, { description, ...(marked ?? plain) });
}

function refuseUnknownMarkers(model, names) {
  const owner = shortName(model);
  const leaves = Object.keys(LEAF_FIELDS).filter((path) => path.startsWith(`${owner}.`));
  const described = Object.keys(DESCRIPTIONS[componentName(model)] ?? {});
  const marked = [...Object.keys(markersOf(model)), ...leaves.map((path) => path.split('.')[1]), ...described];
  const gone = marked.filter((name) => !names.includes(name));
  if (gone.length > 0) {
    throw new Error(`${owner} has no field ${gone.join(', ')}`);
  }
}

const isAtomic = (model) => ATOMIC_TYPES.includes(shortName(model)) || ATOMIC_TYPES.includes(componentName(model));

async function modelSchema(model, met) {
  const module = await import(pathToFileURL(join(MODELS, `${model}.js`)).href);
  const attributes = module[model].attributeTypeMap.map(({ baseName, type, format }) => ({
    name: baseName,
    type,
    format,
  }));
  const names = attributes.map(({ name }) => name);
  const { about, fields } = readDeclaration(model);
  refuseUnknownMarkers(model, names);
  const required = names.filter((name) => fields.get(name)?.optional === '');
  const isKind = names.includes('apiVersion') && names.includes('kind') && names.includes('metadata');
  return sorted({
    ...(about === undefined ? {} : { description: about }),
    type: 'object',
    ...(required.length === 0 ? {} : { required }),
    properties: Object.fromEntries(
      attributes.map((field) => [field.name, fieldSchema(model, field, fields.get(field.name), met)]),
    ),
    ...(isAtomic(model) ? { 'x-kubernetes-map-type': 'atomic' } : {}),
    ...(isKind || shortName(model) === 'DeleteOptions'
      ? { 'x-kubernetes-group-version-kind': groupVersionKind(model) }
      : {}),
  });
}

async function allSchemas() {
  const schemas = { ...LEAVES };
  const waiting = [...ROOTS];
  for (let model = waiting.pop(); model !== undefined; model = waiting.pop()) {
    schemas[componentName(model)] ??= await modelSchema(model, waiting);
  }
  const gone = [...Object.keys(FIELD_EXTENSIONS), ...ATOMIC_TYPES, ...Object.keys(DESCRIPTIONS)].filter(
    (name) => !Object.keys(schemas).some((component) => `.${component}`.endsWith(`.${name}`)),
  );
  if (gone.length > 0) {
    throw new Error(`no type ${gone.join(', ')}`);
  }
  return schemas;
}

const files = new Map();
for (const [component, schema] of Object.entries(sorted(await allSchemas()))) {
  const file = join(OUTPUT, `${fileOf(component)}.json`);
  files.set(file, { ...files.get(file), [component]: schema });
}
const check = process.argv.includes('--check');
for (const [file, schemas] of files) {
  const text = `${JSON.stringify(schemas, null, 1)}\n`;
  if (!check) {
    writeFileSync(file, text);
  } else if (readFileSync(file, 'utf8') !== text) {
    console.error(`${file} is stale: run node scripts/generate-schemas.mjs`);
    process.exitCode = 1;
  }
}
