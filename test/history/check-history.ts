/** The judge: everything a history breaks of what Flotilla promises. Empty: nothing. Pure. */
import { checkAnswers } from './check-answers.ts';
import { checkLog } from './check-log.ts';
import { checkOrder } from './check-order.ts';
import { checkLists, checkWatches } from './check-watches.ts';
import type { History, Violation } from './history.ts';
import { ReplayedLog } from './replayed-log.ts';

export function checkHistory(history: History): Violation[] {
  const replayed = new ReplayedLog(history.log);
  return [
    ...history.incidents.map((what): Violation => ({ rule: 'answer', what })),
    ...checkLog(history, replayed),
    ...checkAnswers(history, replayed),
    ...checkOrder(history, replayed),
    ...checkLists(history, replayed),
    ...checkWatches(history, replayed),
  ];
}
