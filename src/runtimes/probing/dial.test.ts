import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { Server, ServerCredentials, type sendUnaryData } from '@grpc/grpc-js';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { HandlerAction, HandlerCall } from '../runtime.ts';
import type { Dial } from './dial.ts';
import { probeNetwork } from './probe-network.ts';

/** Nothing is there for who is on the host: only who is dialled for gets through. */
const AWAY = { host: '127.0.0.1', port: 1 };
const call = (action: HandlerAction): HandlerCall => ({
  ...{ podUid: 'u', container: 'main', purpose: 'liveness', action, timeoutMs: 2_000, annotations: {} },
  nodeAnnotations: {},
});
const probe = (action: HandlerAction, dial: Dial) => probeNetwork(call(action), new AbortController().signal, dial);

function dialTo(port: number): { readonly dial: Dial; readonly asked: string[] } {
  const asked: string[] = [];
  const dial: Dial = async (target, signal) => {
    asked.push(`${target.host}:${target.port}`);
    const socket = connect({ host: '127.0.0.1', port, signal });
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return socket;
  };
  return { dial, asked };
}
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function httpProgram(): Promise<number> {
  const server = createHttpServer(({ url, headers }, response) =>
    url === '/away' ? response.writeHead(302, { location: '/here' }).end() : response.end(`${url} of ${headers.host}`),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function grpcProgram(status: number): Promise<number> {
  const server = new Server();
  const bytes = (value: Buffer): Buffer => value;
  const Check = {
    path: '/grpc.health.v1.Health/Check',
    ...{ requestStream: false, responseStream: false, requestSerialize: bytes, requestDeserialize: bytes },
    ...{ responseSerialize: bytes, responseDeserialize: bytes },
  };
  const answer = (_: unknown, send: sendUnaryData<Buffer>): void => send(null, Buffer.from([8, status]));
  server.addService({ Check }, { Check: answer });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  onTestFinished(() => server.forceShutdown());
  return port;
}

const http = (path: string): HandlerAction => ({ kind: 'httpGet', scheme: 'http', ...AWAY, path, headers: [] });

describe('a probe of a pod whose network the host cannot reach', () => {
  it('goes over connections that are made for it, one for each redirect', async () => {
    const { dial, asked } = dialTo(await httpProgram());
    expect(await probe(http('/away'), dial)).toEqual({ success: true, output: '/here of 127.0.0.1:1' });
    expect(asked).toEqual(['127.0.0.1:1', '127.0.0.1:1']);
    expect(await probe({ kind: 'tcpSocket', ...AWAY }, dial)).toEqual({ success: true, output: '' });
  });

  it.each([
    [1, { success: true, output: 'service healthy' }],
    [2, { success: false, output: 'service unhealthy (responded with "NOT_SERVING")' }],
  ])('asks a gRPC program that answers %i', async (status, expected) => {
    const { dial, asked } = dialTo(await grpcProgram(status));
    expect(await probe({ kind: 'grpc', ...AWAY, service: 'it' }, dial)).toEqual(expected);
    expect(asked).toEqual(['127.0.0.1:1']);
  });

  it('fails in the usual words where nobody listens', async () => {
    const { dial } = dialTo(await closedPort());
    const refused = 'dial tcp 127.0.0.1:1: connect: connection refused';
    expect(await probe({ kind: 'tcpSocket', ...AWAY }, dial)).toEqual({ success: false, output: refused });
    const output = `Get "http://127.0.0.1:1/": ${refused}`;
    expect(await probe(http('/'), dial)).toEqual({ success: false, output });
    expect(await probe({ kind: 'grpc', ...AWAY, service: '' }, dial)).toMatchObject({
      output: expect.stringContaining('timeout: failed to connect service "127.0.0.1:1" within 2s'),
    });
  });
});
