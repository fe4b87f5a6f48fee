/** Ages as people read them: `4d3h`, `12m`. Source: HumanDuration in k8s.io/apimachinery/pkg/util/duration. */
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

type Unit = readonly [seconds: number, name: string];
interface Step {
  /** In seconds; longer durations are told in a coarser step. */
  readonly below: number;
  readonly major: Unit;
  readonly minor?: Unit;
}

const STEPS: readonly Step[] = [
  { below: 2 * MINUTE, major: [1, 's'] },
  { below: 10 * MINUTE, major: [MINUTE, 'm'], minor: [1, 's'] },
  { below: 3 * HOUR, major: [MINUTE, 'm'] },
  { below: 8 * HOUR, major: [HOUR, 'h'], minor: [MINUTE, 'm'] },
  { below: 2 * DAY, major: [HOUR, 'h'] },
  { below: 8 * DAY, major: [DAY, 'd'], minor: [HOUR, 'h'] },
  { below: 2 * YEAR, major: [DAY, 'd'] },
  { below: 8 * YEAR, major: [YEAR, 'y'], minor: [DAY, 'd'] },
  { below: Number.POSITIVE_INFINITY, major: [YEAR, 'y'] },
];

/** Up to a second in the future is clock skew and reads `0s`; more is `<invalid>`. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1_000);
  const step = STEPS.find(({ below }) => seconds < below);
  if (step === undefined || seconds < -1) {
    return '<invalid>';
  }
  const age = Math.max(0, seconds);
  const { major, minor } = step;
  const rest = minor === undefined ? 0 : Math.floor((age % major[0]) / minor[0]);
  return `${Math.floor(age / major[0])}${major[1]}${rest === 0 ? '' : `${rest}${minor?.[1]}`}`;
}
