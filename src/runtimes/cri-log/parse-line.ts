/** One line of a log in the CRI's format: `<RFC 3339, nanoseconds> <stdout|stderr> <P|F> <text>`. Pure. Source: kuberuntime/logs. */

export interface LogLine {
  /** As it is written. */
  readonly time: string;
  readonly text: Buffer;
  /** The line goes on in the next one. */
  readonly partial: boolean;
}

const SPACE = 0x20;

/** undefined: it is none. */
export function parseLine(line: Buffer): LogLine | undefined {
  const first = line.indexOf(SPACE);
  const second = line.indexOf(SPACE, first + 1);
  const third = line.indexOf(SPACE, second + 1);
  if (first <= 0 || second <= first) {
    return undefined;
  }
  const tagEnd = third < 0 ? line.length : third;
  const tags = line.toString('latin1', second + 1, tagEnd).split(':');
  const partial = tags[0] === 'P';
  if (!partial && tags[0] !== 'F') {
    return undefined;
  }
  return { time: line.toString('latin1', 0, first), text: line.subarray(Math.min(tagEnd + 1, line.length)), partial };
}
