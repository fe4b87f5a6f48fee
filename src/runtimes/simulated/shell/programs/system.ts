/** Programs that tell of the container, its user and the time. */
import { ProgramFailure, type ProgramMain, print } from '../program.ts';

const LONGEST_SLEEP_MS = 86_400_000;
const UNITS: Readonly<Record<string, number>> = { '': 1_000, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const sleep: ProgramMain = async ({ args, machine, signal }) => {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(args[0] ?? '') ?? [];
  if (amount === '') {
    throw new ProgramFailure(`invalid number '${args[0] ?? ''}'`);
  }
  await machine.clock.sleep(Math.min(LONGEST_SLEEP_MS, Number(amount) * (UNITS[unit] ?? 1_000)), signal);
  return 0;
};

const prints =
  (text: (program: Parameters<ProgramMain>[0]) => string): ProgramMain =>
  async (program) => {
    await print(program.stdout, `${text(program)}\n`);
    return 0;
  };

const NAMES = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const date = prints(({ args, machine }) => {
  const now = new Date(machine.clock.now());
  if (args.includes('+%s')) {
    return String(Math.floor(now.getTime() / 1_000));
  }
  const day = String(now.getUTCDate()).padStart(2);
  const time = now.toISOString().slice(11, 19);
  return `${NAMES[now.getUTCDay()]} ${MONTHS[now.getUTCMonth()]} ${day} ${time} UTC ${now.getUTCFullYear()}`;
});

const uname = prints(({ args, machine }) =>
  args.includes('-a')
    ? `Linux ${machine.hostname} 6.0.0 #1 SMP flotilla x86_64 GNU/Linux`
    : args.includes('-n')
      ? machine.hostname
      : 'Linux',
);

/** Of the client's terminal, as `rows columns`. */
const stty: ProgramMain = async ({ stdout, size, isTerminal }) => {
  if (!isTerminal) {
    throw new ProgramFailure('standard input: Not a tty');
  }
  const { width, height } = size() ?? { width: 0, height: 0 };
  await print(stdout, `${height} ${width}\n`);
  return 0;
};

const tty: ProgramMain = async ({ stdout, isTerminal }) => {
  await print(stdout, isTerminal ? '/dev/pts/0\n' : 'not a tty\n');
  return Number(!isTerminal);
};

export const SYSTEM_PROGRAMS: Readonly<Record<string, ProgramMain>> = {
  ...{ sleep, date, uname, stty, tty },
  id: prints(() => 'uid=0(root) gid=0(root) groups=0(root)'),
  whoami: prints(() => 'root'),
  hostname: prints(({ machine }) => machine.hostname),
  pwd: prints(({ state }) => state.cwd),
  ps: prints(() => 'PID   USER     COMMAND\n    1 root     {simulated}'),
};
