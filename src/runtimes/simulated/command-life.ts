/**
 * What a command says of its own end, for commands that people give to jobs: `sleep 5`, `false`,
 * `sh -c 'echo hi; sleep 2; exit 3'`. It is estimated, not run: a word that is not known here leaves all open.
 */

/** `runMs` undefined: for ever. */
export interface CommandLife {
  readonly runMs: number | undefined;
  readonly exitCode: number;
}

const SHELLS = new Set(['sh', 'bash', 'ash', 'dash']);
/** Of coreutils' sleep. */
const UNIT_MS: Readonly<Record<string, number>> = { '': 1_000, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** What starting a program and writing a line takes. */
const STEP_MS = 10;
const MAX_SCRIPT = 1_000;
const AT_ONCE = { runMs: STEP_MS, exitCode: 0 };

/** undefined: nothing is known of it. */
export function commandLife(argv: readonly string[]): CommandLife | undefined {
  const [program = '', ...args] = argv;
  const name = program.slice(program.lastIndexOf('/') + 1);
  const script = SHELLS.has(name) ? scriptOf(args) : undefined;
  return script === undefined ? stepLife(name, args)?.life : scriptLife(script);
}

/** Of `-c SCRIPT` and `-ec SCRIPT`. */
function scriptOf(args: readonly string[]): string | undefined {
  const at = args.findIndex((arg) => /^-[a-z]*c$/.test(arg));
  return at === -1 ? undefined : args[at + 1];
}

interface Step {
  readonly life: CommandLife;
  /** The script ends with it. */
  readonly isLast?: boolean;
}

function stepLife(name: string, args: readonly string[]): Step | undefined {
  switch (name) {
    case 'true':
    case ':':
    case 'echo':
    case 'printf':
    case 'date':
    case 'hostname':
      return { life: AT_ONCE };
    case 'false':
      return { life: { ...AT_ONCE, exitCode: 1 } };
    case 'exit':
      return /^\d{0,3}$/.test(args[0] ?? '')
        ? { life: { ...AT_ONCE, exitCode: Number(args[0] ?? 0) % 256 }, isLast: true }
        : undefined;
    case 'sleep':
      return sleepLife(args);
    default:
      return undefined;
  }
}

function sleepLife(args: readonly string[]): Step | undefined {
  if (args[0] === 'infinity' || args[0] === 'inf') {
    return { life: { runMs: undefined, exitCode: 0 } };
  }
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(args[0] ?? '') ?? [];
  return amount === undefined || args.length > 1
    ? undefined
    : { life: { runMs: Math.round(Number(amount) * (UNIT_MS[unit] ?? 0)), exitCode: 0 } };
}

/** Steps joined by `;`, `&&` and line ends. Anything else that a shell knows leaves all open. */
function scriptLife(script: string): CommandLife | undefined {
  if (script.length > MAX_SCRIPT) {
    return undefined;
  }
  const quotesOut = script.replace(/'[^']*'|"[^"$`\\]*"/g, 'word');
  if (/[|<>(){}`$\\"'*]|(?<!&)&(?!&)/.test(quotesOut)) {
    return undefined;
  }
  let [runMs, exitCode] = [0, 0];
  let isSkipped = false;
  for (const [, text = '', joint = ''] of quotesOut.matchAll(/([^;&\n]+)(;|&&|\n|$)/g)) {
    const [name = '', ...args] = text.trim().split(/\s+/);
    const step = name === '' ? undefined : stepLife(name, args);
    if (name !== '' && step === undefined) {
      return undefined;
    }
    if (step !== undefined && !isSkipped) {
      if (step.life.runMs === undefined) {
        return step.life;
      }
      runMs += step.life.runMs;
      exitCode = step.life.exitCode;
      if (step.isLast === true) {
        return { runMs, exitCode };
      }
    }
    isSkipped = joint === '&&' && (isSkipped || exitCode !== 0);
  }
  return { runMs, exitCode };
}
