/** Hands requests and WebSockets on to the API server, with the token that the browser does not have. */
import { request } from 'node:https';

/** @typedef {{ server: string, ca: string | Buffer | undefined, token: string }} Target */

/**
 * The browser's own origin and cookies are no business of the server's.
 *
 * @param {Target} target
 * @param {import('node:http').IncomingMessage} asked
 */
function upstream({ server, ca, token }, asked) {
  const { origin, cookie, host, ...headers } = asked.headers;
  return request(new URL(asked.url ?? '/', server), {
    method: asked.method,
    ca,
    headers: { ...headers, authorization: `Bearer ${token}` },
  });
}

/**
 * @param {Target} target
 * @param {import('node:http').IncomingMessage} asked
 * @param {import('node:http').ServerResponse} answer
 */
export function forward(target, asked, answer) {
  const onward = upstream(target, asked);
  onward.on('response', (from) => {
    answer.writeHead(from.statusCode ?? 502, from.headers);
    from.pipe(answer);
  });
  onward.on('error', (error) => {
    if (answer.headersSent) {
      answer.destroy();
    } else {
      answer.writeHead(502, { 'content-type': 'text/plain' }).end(`${error.message}\n`);
    }
  });
  // A page that goes away ends its watches.
  answer.on('close', () => onward.destroy());
  asked.pipe(onward);
}

/**
 * @param {Target} target
 * @param {import('node:http').IncomingMessage} asked
 * @param {import('node:stream').Duplex} socket
 */
export function forwardUpgrade(target, asked, socket) {
  const onward = upstream(target, asked);
  onward.on('upgrade', ({ statusCode, statusMessage, rawHeaders }, other) => {
    const pairs = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}`] : []));
    socket.write(`HTTP/1.1 ${statusCode} ${statusMessage}\r\n${pairs.join('\r\n')}\r\n\r\n`);
    socket.pipe(other).pipe(socket);
    other.on('error', () => socket.destroy());
    other.on('close', () => socket.destroy());
    socket.on('close', () => other.destroy());
  });
  // Refused: the client of the page tries again.
  onward.on('response', ({ statusCode, statusMessage }) =>
    socket.end(`HTTP/1.1 ${statusCode} ${statusMessage}\r\nconnection: close\r\n\r\n`),
  );
  onward.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\n\r\n'));
  socket.on('error', () => onward.destroy());
  onward.end();
}
