/** The end of a pass, as far as it is about a resize: what the status and the events say, and when to look again. */
import type { RuntimePod } from '../../runtimes/runtime.ts';
import { viewContainers } from '../container-view.ts';
import type { PodWork } from '../pod-work.ts';
import { type ResizeReport, reportResize, tellOfResize } from './resize-report.ts';

/** How often a resize that has to wait for room is tried again. */
const RETRY_DEFERRED_MS = 5_000;

/** What is accepted is acted on in the next pass, once that is durable; what has to wait asks again. */
export function settleResize(
  { pod, desired, resize: verdict, emit }: PodWork,
  runtimePod: RuntimePod | undefined,
  error: string | undefined,
  now: number,
): { readonly report: ResizeReport; readonly nextAt: number } {
  const report = reportResize({ pod, verdict, views: viewContainers(pod, runtimePod, now), error });
  tellOfResize(desired, report, verdict?.accepted ?? false, emit);
  if (verdict?.accepted === true) {
    return { report, nextAt: now };
  }
  const waits = report.pending?.reason === 'Deferred';
  return { report, nextAt: waits ? now + RETRY_DEFERRED_MS : Number.POSITIVE_INFINITY };
}
