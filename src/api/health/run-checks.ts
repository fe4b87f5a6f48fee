import type { HealthCheck } from '../context.ts';

/** Why a check fails is for the log of that part, not for whoever may ask without credentials. */
async function lineOf({ name, check }: HealthCheck): Promise<{ ok: boolean; line: string }> {
  try {
    await check();
    return { ok: true, line: `[+]${name} ok` };
  } catch {
    return { ok: false, line: `[-]${name} failed: reason withheld` };
  }
}

const excludedLine = ({ name }: HealthCheck) => ({ ok: true, line: `[+]${name} excluded: ok` });

/** The text of kube-apiserver's healthz: `ok`, or a line a check where asked for or where one fails. */
export async function runChecks(
  endpoint: string,
  checks: readonly HealthCheck[],
  verbose: boolean,
  excluded: readonly string[] = [],
): Promise<{ readonly ok: boolean; readonly text: string }> {
  const results = await Promise.all(
    checks.map((check) => (excluded.includes(check.name) ? excludedLine(check) : lineOf(check))),
  );
  const ok = results.every((result) => result.ok);
  if (ok && !verbose) {
    return { ok, text: 'ok' };
  }
  const unknown = excluded.filter((name) => !checks.some((check) => check.name === name));
  const lines = results.map(({ line }) => line);
  if (unknown.length > 0) {
    const names = unknown.map((name) => JSON.stringify(name)).join(', ');
    lines.push(`warn: some health checks cannot be excluded: no matches for ${names}`);
  }
  return { ok, text: `${[...lines, `${endpoint} check ${ok ? 'passed' : 'failed'}`].join('\n')}\n` };
}
