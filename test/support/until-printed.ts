/** For what is written beside the thing waited for, as events are: up to 200 ms after the status that they tell of. */
import { until } from './until.ts';

/** The output of `run`, as soon as all of `texts` are in it. */
export async function untilPrinted(
  run: () => Promise<string>,
  ...texts: readonly (string | RegExp)[]
): Promise<string> {
  let printed = '';
  const has = (text: string | RegExp): boolean =>
    typeof text === 'string' ? printed.includes(text) : text.test(printed);
  const probe = async (): Promise<boolean> => {
    printed = await run();
    return texts.every(has);
  };
  await until(probe, () => `${texts.filter((text) => !has(text)).join(' and ')} not in ${printed}`);
  return printed;
}
