/** Amounts such as `250m`, `1.5Gi` and `1e3`, as numbers. Exact enough to compare and to add: never store the result. */
const SUFFIXES = /** @type {Record<string, number>} */ ({
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
});
const FORM = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/;

/** Throws what is no quantity. @param {string} text */
export function quantity(text) {
  const [, number = '', suffix = ''] = FORM.exec(text) ?? [];
  const factor = SUFFIXES[suffix];
  if (number === '' || factor === undefined) {
    throw new Error(`${text} is no quantity`);
  }
  return Number(number) * factor;
}
