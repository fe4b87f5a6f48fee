/** What a probe or hook of a pod comes to: ports by number, the pod's address. Pure. Source: kubelet/prober, pkg/probe/util.go. */
import type { HandlerAction } from '../runtimes/runtime.ts';
import type { Container, Handler, HttpGetAction } from './pod.ts';

/** The handler cannot be carried out as it is written; `message` in the words of the kubelet. */
export class HandlerError extends Error {}

/** Throws HandlerError: no such port, or a kind that the kubelet does not run. */
export function handlerAction(handler: Handler, container: Container, podIP: string): HandlerAction {
  const { exec, httpGet, tcpSocket, grpc } = handler;
  if (exec !== undefined) {
    return { kind: 'exec', command: exec.command ?? [] };
  }
  if (httpGet !== undefined) {
    return httpAction(httpGet, container, podIP);
  }
  if (tcpSocket !== undefined) {
    return { kind: 'tcpSocket', host: tcpSocket.host || podIP, port: portNumber(tcpSocket.port, container) };
  }
  if (grpc !== undefined) {
    return { kind: 'grpc', host: podIP, port: grpc.port, service: grpc.service ?? '' };
  }
  throw new HandlerError(`missing probe handler for ${container.name}`);
}

/** The kubelet runs no TCP hooks, though the API takes them. Throws HandlerError. Source: kubelet/lifecycle/handlers.go. */
export function hookAction(handler: Handler, container: Container, podIP: string): HandlerAction {
  if (handler.exec === undefined && handler.httpGet === undefined) {
    throw new HandlerError(`invalid handler: ${Object.keys(handler).join(', ')}`);
  }
  return handlerAction(handler, container, podIP);
}

function httpAction(action: HttpGetAction, container: Container, podIP: string): HandlerAction {
  const { scheme = 'HTTP', host = '', port, path = '/', httpHeaders = [] } = action;
  return {
    kind: 'httpGet',
    scheme: scheme.toLowerCase() === 'https' ? 'https' : 'http',
    host: host || podIP,
    port: portNumber(port, container),
    path,
    headers: httpHeaders.map(({ name, value = '' }) => ({ name, value })),
  };
}

function portNumber(port: number | string, { ports = [] }: Container): number {
  if (typeof port === 'number') {
    return port;
  }
  const named = ports.find(({ name }) => name === port)?.containerPort;
  if (named !== undefined) {
    return named;
  }
  if (!/^\d{1,5}$/.test(port)) {
    throw new HandlerError(`strconv.Atoi: parsing ${JSON.stringify(port)}: invalid syntax`);
  }
  return Number(port);
}
