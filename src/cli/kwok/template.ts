/**
 * What a status template writes, without running it: a Go template is text whose actions are looked through for the
 * shape of the YAML that they leave. Values that depend on the object are not known; their defaults are.
 */

type State = 'waiting' | 'running' | 'terminated';

export interface WrittenCondition {
  /** Of each readiness gate. */
  readonly isGate: boolean;
  /** undefined: it depends on the object. */
  readonly type: string | undefined;
  readonly status: string | undefined;
  readonly reason: string | undefined;
  readonly message: string | undefined;
}

export interface Written {
  /** Of status.phase, where it is a plain word. */
  readonly phase: string | undefined;
  /** States that the template gives containers, of whatever branch. */
  readonly main: ReadonlySet<State>;
  readonly init: ReadonlySet<State>;
  /** The exit codes that are written as numbers or as a default. */
  readonly mainExits: readonly number[];
  readonly initExits: readonly number[];
  /** Reasons of ends that are not those of the kubelet. */
  readonly reasons: readonly string[];
  /** In all branches: one type may be there several times. */
  readonly conditions: readonly WrittenCondition[];
}

const ACTION = /\{\{-?\s*([^}]*?)\s*-?\}\}/g;
const OPENS = /^(?:if|range|with|define|block)\b/;

/** `{{ template "x" … }}` with the text of `{{ define "x" }}` in its place. One level: definitions call no others. */
function inline(text: string): string {
  const definitions = new Map<string, string>();
  let rest = '';
  let last = 0;
  let open: { name: string; from: number; depth: number } | undefined;
  for (const match of text.matchAll(ACTION)) {
    const action = match[1] ?? '';
    if (open === undefined) {
      const name = /^define\s+"([^"]+)"/.exec(action)?.[1];
      if (name !== undefined) {
        rest += text.slice(last, match.index);
        open = { name, from: match.index + match[0].length, depth: 1 };
      }
    } else {
      open.depth += OPENS.test(action) ? 1 : action === 'end' ? -1 : 0;
      if (open.depth === 0) {
        definitions.set(open.name, text.slice(open.from, match.index));
        last = match.index + match[0].length;
        open = undefined;
      }
    }
  }
  rest += open === undefined ? text.slice(last) : '';
  return rest.replace(/^.*\{\{-?\s*template\s+"([^"]+)"[^}]*\}\}/gm, (_, name: string) =>
    indented(definitions.get(name)),
  );
}

/** Under whatever calls it: never at the margin, where it would be a field of the status. */
const indented = (text = ''): string => text.replace(/^/gm, '  ');

/** Variables whose value, or whose default, is written down. */
function literals(text: string): ReadonlyMap<string, string> {
  const known = new Map<string, string>();
  for (const [, action = ''] of text.matchAll(ACTION)) {
    const [, name = '', value = ''] = /^(\$\w+)\s*:?=\s*(.*)$/s.exec(action) ?? [];
    const literal = /(?:^|\s)(?:"([^"]*)"|(-?\d+)|(\$\w+))$/.exec(value);
    const text = literal?.[1] ?? literal?.[2] ?? known.get(literal?.[3] ?? '');
    if (name !== '' && text !== undefined) {
      known.set(name, text);
    }
  }
  return known;
}

/** The template's text under each field of the status. */
function sections(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const margin = Math.min(...lines.map((line) => line.length - line.trimStart().length), Number.MAX_SAFE_INTEGER);
  const found = new Map<string, string>();
  let name = '';
  for (const line of lines.map((one) => one.slice(margin))) {
    name = /^(\w+):/.exec(line)?.[1] ?? name;
    found.set(name, `${found.get(name) ?? ''}${line}\n`);
  }
  return found;
}

const statesIn = (text: string): Set<State> =>
  new Set([...text.matchAll(/^\s+(waiting|running|terminated):\s*$/gm)].map(([, state]) => state as State));

function valuesOf(text: string, field: string, known: ReadonlyMap<string, string>): string[] {
  const lines = [...text.matchAll(new RegExp(`^(?:[ \\t]+|[ \\t]*- )${field}:\\s*(.+?)\\s*$`, 'gm'))];
  return lines.flatMap(([, written = '']) => {
    const variable = /^\{\{-?\s*(\$\w+)(?:\s*\|\s*\w+)*\s*-?\}\}$/.exec(written)?.[1];
    const value = variable === undefined ? written.replace(/^["']|["']$/g, '') : known.get(variable);
    return value === undefined || value.includes('{{') ? [] : [value];
  });
}

const USUAL_REASONS = new Set(['Completed', 'Error', 'ContainerCreating', 'PodInitializing', '']);

function conditionsIn(text: string, known: ReadonlyMap<string, string>): WrittenCondition[] {
  const items = text.split(/^[ \t]*- /m).slice(1);
  return items.map((item) => {
    const lines = `  ${item}`;
    const one = (field: string): string | undefined => valuesOf(lines, field, known)[0];
    const isGate = /^\s*type:\s*\{\{[^}]*\.conditionType\b/m.test(lines);
    return { isGate, type: one('type'), status: one('status'), reason: one('reason'), message: one('message') };
  });
}

export function readTemplate(template: string): Written {
  const text = inline(template);
  const known = literals(template);
  const parts = sections(text.replace(/^[ \t]*\{\{-?\s*(?:\$|\/\*)[^}]*\}\}[ \t]*$/gm, ''));
  const [main = '', init = ''] = [parts.get('containerStatuses'), parts.get('initContainerStatuses')];
  const exits = (part: string): number[] => valuesOf(part, 'exitCode', known).map(Number).filter(Number.isInteger);
  const phase = /^phase:\s*["']?(\w+)["']?\s*$/.exec((parts.get('phase') ?? '').split('\n')[0] ?? '')?.[1];
  return {
    ...{ phase, main: statesIn(main), init: statesIn(init), mainExits: exits(main), initExits: exits(init) },
    reasons: [...new Set(valuesOf(main + init, 'reason', known))].filter((reason) => !USUAL_REASONS.has(reason)),
    conditions: conditionsIn(parts.get('conditions') ?? '', known),
  };
}
