/** Ages as people read them. Source: HumanDuration in k8s.io/apimachinery/pkg/util/duration. */
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

interface Step {
  /** Seconds from which a coarser step is used. */
  readonly below: number;
  readonly major: readonly [seconds: number, unit: string];
  readonly minor?: readonly [seconds: number, unit: string];
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

/** `4d3h`, `12m`. A future of up to a second is clock skew: `0s`; more is `<invalid>`. */
export function formatAge(seconds: number): string {
  const whole = Math.trunc(seconds);
  const step = STEPS.find(({ below }) => whole < below);
  if (whole < -1 || step === undefined) {
    return '<invalid>';
  }
  const age = Math.max(0, whole);
  const [size, unit] = step.major;
  const text = `${Math.floor(age / size)}${unit}`;
  if (step.minor === undefined) {
    return text;
  }
  const rest = Math.floor((age % size) / step.minor[0]);
  return rest === 0 ? text : `${text}${rest}${step.minor[1]}`;
}
