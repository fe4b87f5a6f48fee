/**
 * A deep copy as the store will see it: what JSON cannot carry (`undefined`) is dropped, so that comparisons with
 * parsed bodies hold. Faster than structuredClone for objects of pod size.
 */
export const cloneJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
