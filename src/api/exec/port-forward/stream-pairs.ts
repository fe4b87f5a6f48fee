/**
 * Connections to ports over SPDY: for each the client opens two streams with one `requestID`, first for the error, then
 * for the data. Source: kubelet's cri/streaming/portforward/httpstream.go.
 */
import type { SpdyStream } from '../spdy/connection.ts';

interface StreamPair {
  readonly port: number;
  readonly data: SpdyStream;
  readonly error: SpdyStream;
}

const MAX_PORT = 65_535;

/** undefined for what is no port. */
function portOf({ headers }: SpdyStream): number | undefined {
  const text = headers.get('port') ?? '';
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= MAX_PORT ? port : undefined;
}

/** Calls `connect` for each pair; a stream that can be of no pair is reset. The connection bounds how many wait. */
export function pairStreams(connect: (pair: StreamPair) => void): (stream: SpdyStream) => void {
  const waiting = new Map<string, SpdyStream>();
  return (stream) => {
    const type = stream.headers.get('streamtype');
    const port = portOf(stream);
    const id = stream.headers.get('requestid') ?? '';
    if ((type !== 'data' && type !== 'error') || port === undefined) {
      void stream.reset();
      return;
    }
    const other = waiting.get(`${type === 'data' ? 'error' : 'data'} ${id}`);
    if (other === undefined) {
      waiting.set(`${type} ${id}`, stream);
      return;
    }
    waiting.delete(`${type === 'data' ? 'error' : 'data'} ${id}`);
    connect(type === 'data' ? { port, data: stream, error: other } : { port, data: other, error: stream });
  };
}
