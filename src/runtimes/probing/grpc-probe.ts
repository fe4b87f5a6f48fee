/** The gRPC health protocol. Source: pkg/probe/grpc/grpc.go, grpc.health.v1. */
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { LinkedController } from '../../timing/linked-controller.ts';
import type { HandlerAction, HandlerResult } from '../runtime.ts';
import type { Dial } from './dial.ts';
import { throughSocket } from './through-socket.ts';

type GrpcAction = Extract<HandlerAction, { kind: 'grpc' }>;

const CHECK = '/grpc.health.v1.Health/Check';
const SERVING = 1;
const STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];
const FIELD_1_TEXT = 0x0a;
const FIELD_1_NUMBER = 0x08;

/** HealthCheckRequest has one field, the service's name; its length is below 128 by validation of the pod or cut here. */
function request(service: string): Buffer {
  const name = Buffer.from(service).subarray(0, 127);
  return name.length === 0 ? name : Buffer.concat([Buffer.from([FIELD_1_TEXT, name.length]), name]);
}
/** HealthCheckResponse: one enum, absent when it is 0. */
const answerOf = (bytes: Buffer): number => (bytes[0] === FIELD_1_NUMBER ? (bytes[1] ?? 0) : 0);

function failure(error: ServiceError, address: string, timeoutMs: number): string {
  const within = `${timeoutMs / 1_000}s`;
  switch (error.code) {
    case status.UNIMPLEMENTED:
      return `error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${error.details}`;
    case status.DEADLINE_EXCEEDED:
      return `timeout: health rpc did not complete within ${within}`;
    case status.UNAVAILABLE:
      return `timeout: failed to connect service ${JSON.stringify(address)} within ${within}: context deadline exceeded`;
    default:
      return `error: health rpc probe failed: ${error.message}`;
  }
}

export function probeGrpc(
  action: GrpcAction,
  timeoutMs: number,
  signal: AbortSignal,
  dial?: Dial,
): Promise<HandlerResult> {
  if (dial === undefined) {
    return check(action, addressOf(action), timeoutMs, signal);
  }
  const deadline = new LinkedController(signal, AbortSignal.timeout(timeoutMs));
  return throughSocket(
    () => dial(action, deadline.signal),
    (path) => check(action, `unix:${path}`, timeoutMs, signal),
  ).finally(() => deadline.release());
}

const addressOf = ({ host, port }: GrpcAction): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

function check(action: GrpcAction, target: string, timeoutMs: number, signal: AbortSignal): Promise<HandlerResult> {
  const { service } = action;
  const address = addressOf(action);
  const client = new Client(target, credentials.createInsecure(), {
    ...{ 'grpc.use_local_subchannel_pool': 1, 'grpc.default_authority': address },
  });
  let cancel = (): void => undefined;
  return new Promise<HandlerResult>((resolve) => {
    const call = client.makeUnaryRequest(
      CHECK,
      request,
      answerOf,
      service,
      { deadline: Date.now() + timeoutMs },
      (error, answer = 0) => {
        if (error !== null) {
          resolve({ success: false, output: failure(error, address, timeoutMs) });
        } else if (answer === SERVING) {
          resolve({ success: true, output: 'service healthy' });
        } else {
          resolve({ success: false, output: `service unhealthy (responded with "${STATUSES[answer] ?? answer}")` });
        }
      },
    );
    cancel = () => call.cancel();
    signal.addEventListener('abort', cancel, { once: true });
  }).finally(() => {
    signal.removeEventListener('abort', cancel);
    client.close();
  });
}
