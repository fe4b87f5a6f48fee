/**
 * The CRI over a unix socket: runtime.v1's RuntimeService and ImageService. Every call has a deadline, and what fails is
 * a RuntimeError in Go's words ("rpc error: code = … desc = …"), as the kubelet would show it.
 */
import { fileURLToPath } from 'node:url';
import {
  type Client,
  credentials,
  loadPackageDefinition,
  type ServiceClientConstructor,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { RuntimeError, type RuntimeErrorCode } from '../runtime.ts';
import type { CriCalls, CriEvent, CriMethod } from './messages.ts';

export interface CallOptions {
  readonly deadlineMs?: number;
  /** What it means when the runtime refuses; undefined: as the status says. */
  readonly code?: RuntimeErrorCode;
}
export interface CriClient {
  call<M extends CriMethod>(method: M, request: CriCalls[M][0], options?: CallOptions): Promise<CriCalls[M][1]>;
  /** GetContainerEvents; throws Unsupported where the runtime has none. */
  events(signal: AbortSignal): AsyncIterable<CriEvent>;
  close(): void;
}

/** As the kubelet's --runtime-request-timeout. */
const DEADLINE_MS = 120_000;
/** Source: kubelet's remote_runtime.go, maxMsgSize. */
const MAX_MESSAGE_BYTES = 16 * 1_024 * 1_024;
const CHANNEL = {
  'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 3_000,
  // Two clients of one process must not share a broken channel.
  'grpc.use_local_subchannel_pool': 1,
};
/** The build copies it beside the bundle. */
const PROTO = new URL('./proto/api.proto', import.meta.url);
const IMAGE_METHODS: ReadonlySet<string> = new Set([
  'ListImages',
  'ImageStatus',
  'PullImage',
  'RemoveImage',
  'ImageFsInfo',
]);

/** Of the loaded package; also for a server that plays a runtime in tests. */
export function criServices(): Record<'RuntimeService' | 'ImageService', ServiceClientConstructor> {
  const options = { keepCase: true, longs: Number, enums: String, defaults: true };
  const { runtime } = loadPackageDefinition(loadSync(fileURLToPath(PROTO), options)) as unknown as {
    runtime: { v1: Record<'RuntimeService' | 'ImageService', ServiceClientConstructor> };
  };
  return runtime.v1;
}

export const codeName = (code: number): string =>
  (status[code] ?? 'UNKNOWN')
    .toLowerCase()
    .replace(/(^|_)(\w)/g, (_all, _start, letter: string) => letter.toUpperCase());

const CODES: Readonly<Partial<Record<number, RuntimeErrorCode>>> = {
  [status.UNAVAILABLE]: 'Unavailable',
  [status.NOT_FOUND]: 'NotFound',
  [status.UNIMPLEMENTED]: 'Unsupported',
};

export function asRuntimeError(error: ServiceError, code: RuntimeErrorCode | undefined): RuntimeError {
  const known = CODES[error.code];
  const meaning = known === 'Unavailable' ? known : (code ?? known ?? 'Unavailable');
  const message = `rpc error: code = ${codeName(error.code)} desc = ${error.details}`;
  return new RuntimeError(meaning, message, { cause: error });
}

export function connectCri(socket: string, imageSocket = socket): CriClient {
  const { RuntimeService, ImageService } = criServices();
  const open = (Service: ServiceClientConstructor, path: string): Client =>
    new Service(`unix://${path}`, credentials.createInsecure(), CHANNEL);
  const runtime = open(RuntimeService, socket);
  const images = open(ImageService, imageSocket);
  return {
    call(method, request, { deadlineMs = DEADLINE_MS, code } = {}) {
      const client = IMAGE_METHODS.has(method) ? images : runtime;
      const service = IMAGE_METHODS.has(method) ? ImageService : RuntimeService;
      const definition = service.service[method];
      if (definition === undefined) {
        throw new RuntimeError('Unsupported', `the CRI has no ${method}`);
      }
      return new Promise((resolve, reject) => {
        client.makeUnaryRequest(
          definition.path,
          definition.requestSerialize,
          definition.responseDeserialize,
          request,
          { deadline: Date.now() + deadlineMs },
          (error, answer) => (error === null ? resolve(answer) : reject(asRuntimeError(error, code))),
        );
      });
    },
    events: (signal) => streamEvents(runtime, RuntimeService, signal),
    close() {
      runtime.close();
      images.close();
    },
  };
}

async function* streamEvents(
  client: Client,
  { service }: ServiceClientConstructor,
  signal: AbortSignal,
): AsyncIterable<CriEvent> {
  const { path, requestSerialize, responseDeserialize } = service['GetContainerEvents'] ?? {};
  if (path === undefined || requestSerialize === undefined || responseDeserialize === undefined) {
    throw new RuntimeError('Unsupported', 'the CRI has no GetContainerEvents');
  }
  const stream = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, {});
  const cancel = (): void => stream.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    for await (const event of stream) {
      yield event as CriEvent;
    }
  } catch (error) {
    throw asRuntimeError(error as ServiceError, undefined);
  } finally {
    signal.removeEventListener('abort', cancel);
    stream.cancel();
  }
}
