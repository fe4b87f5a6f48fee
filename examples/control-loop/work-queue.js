/**
 * Which keys are due, and who works at them. A key that is added often is worked at once; one that is added while it is
 * being worked at is worked at again afterwards; one whose work throws comes again, later each time. Nothing is worked
 * at before `open`: what the work reads must be there first.
 */
const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 30_000;

export class WorkQueue {
  /** In the order in which they became due. @type {Set<string>} */
  #due = new Set();
  /** @type {Map<string, Promise<void>>} */
  #running = new Map();
  /** How often a key failed since it last went well. @type {Map<string, number>} */
  #failures = new Map();
  /** Of keys that come again. @type {Map<string, NodeJS.Timeout>} */
  #timers = new Map();
  #isOpen = false;
  #work;
  #onError;
  #concurrency;

  /**
   * @param {(key: string) => Promise<unknown>} work
   * @param {(key: string, error: unknown, delayMs: number) => void} onError
   */
  constructor(work, onError, concurrency = 4) {
    this.#work = work;
    this.#onError = onError;
    this.#concurrency = concurrency;
  }

  /** @param {string} key */
  add(key) {
    this.#due.add(key);
    this.#start();
  }

  open() {
    this.#isOpen = true;
    this.#start();
  }

  /** Begins nothing more; resolves when nothing is under way. */
  async close() {
    this.#isOpen = false;
    for (const timer of this.#timers.values()) {
      clearTimeout(timer);
    }
    await Promise.all(this.#running.values());
  }

  #start() {
    for (const key of this.#due) {
      if (!this.#isOpen || this.#running.size >= this.#concurrency) {
        return;
      }
      if (!this.#running.has(key)) {
        this.#due.delete(key);
        this.#running.set(key, this.#run(key));
      }
    }
  }

  /** @param {string} key */
  async #run(key) {
    try {
      await this.#work(key);
      this.#failures.delete(key);
      clearTimeout(this.#timers.get(key));
      this.#timers.delete(key);
    } catch (error) {
      this.#retry(key, error);
    } finally {
      this.#running.delete(key);
      this.#start();
    }
  }

  /**
   * @param {string} key
   * @param {unknown} error
   */
  #retry(key, error) {
    if (this.#timers.has(key)) {
      // Changes made it due before its time and it failed again: that shortens nothing and lengthens nothing.
      return;
    }
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** failures);
    // Jitter: what failed together must not come back together.
    const delayMs = delay * (0.5 + Math.random() / 2);
    this.#onError(key, error, delayMs);
    const again = () => {
      this.#timers.delete(key);
      this.add(key);
    };
    this.#timers.set(key, setTimeout(again, delayMs));
  }
}
