/** Calls at which the process dies: what is not durable by then is lost. */

/** A test writes how long there is to live, and reads what was called. */
export interface Mortality {
  /** The process dies at this many further calls of the runtime or of a write; undefined: never. */
  crashIn: number | undefined;
  /** Whether the fatal call still takes effect. */
  crashAfterEffect: boolean;
  dead: boolean;
  readonly calls: Map<string, number>;
  /** The most calls of a method that were under way at a time. */
  readonly most: Map<string, number>;
}

class Crash extends Error {}

/** Wraps the named methods: each call may be the one at which the process dies. */
export function mortal<T extends object>(life: Mortality, target: T, names: readonly string[]): T {
  const underway = new Map<string, number>();
  const call = async (name: string, run: () => unknown): Promise<unknown> => {
    if (life.dead) {
      throw new Crash('dead');
    }
    life.calls.set(name, (life.calls.get(name) ?? 0) + 1);
    const isFatal = names.includes(name) && isLast(life);
    if (isFatal && !life.crashAfterEffect) {
      return die(life, name);
    }
    const now = (underway.get(name) ?? 0) + 1;
    underway.set(name, now);
    life.most.set(name, Math.max(now, life.most.get(name) ?? 0));
    const answer: unknown = await run();
    underway.set(name, (underway.get(name) ?? 1) - 1);
    return isFatal ? die(life, name) : answer;
  };
  return new Proxy(target, {
    get: (object, name) => {
      const value: unknown = Reflect.get(object, name);
      return typeof value === 'function'
        ? (...given: unknown[]) => call(String(name), () => value.apply(object, given))
        : value;
    },
  });
}

/** Counts down. */
function isLast(life: Mortality): boolean {
  if (life.crashIn === undefined) {
    return false;
  }
  life.crashIn -= 1;
  return life.crashIn < 0;
}

function die(life: Mortality, name: string): never {
  life.dead = true;
  throw new Crash(name);
}
