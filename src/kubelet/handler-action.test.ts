import { describe, expect, it } from 'vitest';
import { HandlerError, handlerAction } from './handler-action.ts';
import type { Container } from './pod.ts';

const container: Container = { name: 'main', ports: [{ name: 'web', containerPort: 8080 }, { containerPort: 9090 }] };

describe('the action of a handler', () => {
  it.each([
    [{ exec: { command: ['cat', '/f'] } }, { kind: 'exec', command: ['cat', '/f'] }],
    [
      { httpGet: { port: 'web' } },
      { kind: 'httpGet', scheme: 'http', host: '10.0.0.1', port: 8080, path: '/', headers: [] },
    ],
    [
      { httpGet: { port: '81', host: 'h', path: 'x', scheme: 'HTTPS', httpHeaders: [{ name: 'A', value: 'b' }] } },
      { kind: 'httpGet', scheme: 'https', host: 'h', port: 81, path: 'x', headers: [{ name: 'A', value: 'b' }] },
    ],
    [{ tcpSocket: { port: 'web' } }, { kind: 'tcpSocket', host: '10.0.0.1', port: 8080 }],
    [{ tcpSocket: { port: 1, host: 'db' } }, { kind: 'tcpSocket', host: 'db', port: 1 }],
    [{ grpc: { port: 5 } }, { kind: 'grpc', host: '10.0.0.1', port: 5, service: '' }],
    [{ grpc: { port: 5, service: 's' } }, { kind: 'grpc', host: '10.0.0.1', port: 5, service: 's' }],
  ])('%j', (handler, action) => {
    expect(handlerAction(handler, container, '10.0.0.1')).toEqual(action);
  });

  it.each([
    [{ httpGet: { port: 'nosuch' } }, 'strconv.Atoi: parsing "nosuch": invalid syntax'],
    [{}, 'missing probe handler for main'],
  ])('%j cannot be', (handler, message) => {
    expect(() => handlerAction(handler, container, '')).toThrow(new HandlerError(message));
  });
});
