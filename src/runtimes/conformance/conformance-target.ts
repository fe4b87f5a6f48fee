/** A target with what most runtimes are tested with. */
import type { ConformanceTarget } from './case.ts';

const PORT = 18_080;

/** Of busybox: a page at `/`. */
const serverOf = (port: number): readonly string[] => [
  ...['/bin/sh', '-c'],
  `mkdir -p /tmp/www && echo ok > /tmp/www/index.html && exec busybox httpd -f -p ${port} -h /tmp/www`,
];

export function conformanceTarget({
  port = PORT,
  ...given
}: Pick<ConformanceTarget, 'open' | 'clock'> & Partial<ConformanceTarget>): ConformanceTarget {
  return {
    ...{ image: 'busybox', missingImage: 'localhost/flotilla/no-such-image:invalid', nodeName: 'conformance' },
    ...{ port, server: serverOf(port), skips: {}, deadlineMs: 30_000 },
    ...given,
  };
}
