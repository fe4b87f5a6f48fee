/** What of a document would break its clients, by `redocly diff`, whose rules are in redocly.yaml. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const REDOCLY = join(dirname(createRequire(import.meta.url).resolve('@redocly/cli/package.json')), 'bin/cli.js');
const QUIET = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_NOTIFICATIONS: 'true' };

const METHODS = new Set(['get', 'put', 'post', 'delete', 'patch']);
const decoded = (part) => part.replaceAll('~1', '/').replaceAll('~0', '~');

/** `io.k8s.api.core.v1.PodSpec.nodeName` from `#/components/schemas/…/properties/nodeName/type`. */
function componentName([name, ...rest]) {
  const properties = rest.flatMap((part, index) => (rest[index - 1] === 'properties' ? [part] : []));
  return [name, ...properties].join('.');
}

/** What a change is about, as a changelog names it: `/api/v1/pods`, `GET /api/v1/pods`, or a component. */
function subjectOf(pointer) {
  const [section, first, second, ...rest] = pointer.replace(/^#\//, '').split('/').map(decoded);
  if (section === 'paths') {
    return METHODS.has(second) ? `${second.toUpperCase()} ${first}` : first;
  }
  return section === 'components' ? componentName([second, ...rest]) : [section, first].filter(Boolean).join('.');
}

/** `before` and `after` are files. One entry a broken thing: `{ subject, message }`. Throws when they cannot be read. */
export function findBreaks(before, after) {
  const args = [REDOCLY, 'diff', before, after, '--format=json', '--fail-on=none', `--config=${ROOT}/redocly.yaml`];
  const options = { encoding: 'utf8', maxBuffer: 256 << 20, env: { ...process.env, ...QUIET } };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
  if (status !== 0) {
    throw new Error(`redocly diff ${before} ${after} ended with ${status}: ${stderr}`);
  }
  const verdicts = JSON.parse(stdout).changes.flatMap((change) => change.verdicts);
  const breaks = verdicts
    .filter(({ impact }) => impact === 'major')
    .map(({ message, location }) => ({ subject: subjectOf(location.pointer), message }));
  return [...new Map(breaks.map((one) => [`${one.subject}\n${one.message}`, one])).values()];
}
