/**
 * A client of the live stream that trusts nothing: every frame is checked against openapi/asyncapi.yaml, and a Replica
 * checks that what the frames tell is a possible history: no object twice, no older state, no deletion of the unknown.
 */
import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import WebSocket from 'ws';
import { parse } from 'yaml';
import type { Subscribe } from '../../src/api/stream/messages.ts';
import { until } from './until.ts';

const STREAM_PATH = '/apis/fleet.flotilla.dev/v1alpha1/stream';

interface AsyncApi {
  operations: { receive: { messages: { $ref: string }[] } };
  components: { schemas: Record<string, object> };
}
const document = parse(readFileSync(new URL('../../openapi/asyncapi.yaml', import.meta.url), 'utf8')) as AsyncApi;
const ajv = new Ajv({ formats: { 'date-time': (text: string) => !Number.isNaN(Date.parse(text)) } });
const VALIDATORS = new Map<string, ValidateFunction>(
  document.operations.receive.messages.map(({ $ref }) => {
    const name = $ref.slice($ref.lastIndexOf('/') + 1);
    return [name, ajv.compile(document.components.schemas[name] ?? false)];
  }),
);

/** What the contract says against a frame; undefined: nothing. */
export function violationOf(text: string): string | undefined {
  const validate = VALIDATORS.get((JSON.parse(text) as { type: string }).type);
  return validate?.(JSON.parse(text)) === true
    ? undefined
    : `${text.slice(0, 500)}: ${ajv.errorsText(validate?.errors)}`;
}

export interface StreamedObject {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly metadata: { name: string; namespace?: string; uid: string; resourceVersion: string };
  readonly spec?: Record<string, unknown>;
  readonly status?: Record<string, unknown>;
  readonly data?: Record<string, string>;
}
export interface Frame {
  readonly type: string;
  readonly id?: string;
  readonly token?: string;
  readonly last?: boolean;
  readonly objects?: readonly StreamedObject[];
  readonly events?: readonly { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: StreamedObject }[];
  readonly counts?: readonly { apiVersion: string; kind: string; group: string[]; count: number }[];
  readonly status?: { code: number; reason: string; message: string };
  readonly time?: string;
}

export interface StreamAddress {
  /** `https://host:port` */
  readonly origin: string;
  readonly ca: string;
  /** As a bearer header. */
  readonly token?: string;
  readonly protocols?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

export class StreamClient {
  readonly socket: WebSocket;
  readonly frames: Frame[] = [];
  /** What no frame may be. */
  readonly violations: string[] = [];
  closeCode: number | undefined;
  #taken = 0;
  readonly #onFrame: ((frame: Frame) => void) | undefined;

  private constructor(socket: WebSocket, onFrame: ((frame: Frame) => void) | undefined) {
    this.socket = socket;
    this.#onFrame = onFrame;
    socket.on('message', (data, isBinary) => this.#receive(String(data), isBinary));
    socket.on('close', (code) => {
      this.closeCode = code;
    });
  }

  /** Rejects with the HTTP code when the upgrade is refused. */
  static async open(address: StreamAddress, onFrame?: (frame: Frame) => void): Promise<StreamClient> {
    const { origin, ca, token, protocols = [], headers = {} } = address;
    const socket = new WebSocket(origin.replace('https:', 'wss:') + STREAM_PATH, [...protocols], {
      ca,
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
    });
    const client = new StreamClient(socket, onFrame);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve());
      socket.once('unexpected-response', (_, response) => reject(new Error(`refused: ${response.statusCode}`)));
      socket.once('error', reject);
    });
    socket.on('error', () => undefined);
    return client;
  }

  #receive(text: string, isBinary: boolean): void {
    const frame = JSON.parse(text) as Frame;
    const violation = isBinary ? 'a binary frame' : violationOf(text);
    if (violation !== undefined) {
      this.violations.push(violation);
    }
    this.frames.push(frame);
    this.#onFrame?.(frame);
  }

  send(message: object | string | Buffer): void {
    this.socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  subscribe(request: Omit<Subscribe, 'type'>): void {
    this.send({ type: 'subscribe', ...request });
  }

  /** The next frame that was not taken yet and is of interest. */
  next(isWanted: (frame: Frame) => boolean = ({ type }) => type !== 'hello'): Promise<Frame> {
    return until(
      () => {
        while (this.#taken < this.frames.length) {
          const frame = this.frames[this.#taken];
          this.#taken += 1;
          if (frame !== undefined && isWanted(frame)) {
            return frame;
          }
        }
        return undefined;
      },
      () => `the frame did not come; the last ones: ${JSON.stringify(this.frames.slice(-3)).slice(0, 1_000)}`,
      10_000,
    );
  }

  closed(): Promise<number> {
    return until(() => this.closeCode);
  }

  drop(): void {
    this.socket.terminate();
  }
}

/** What one subscription has told so far, over any number of connections. */
export class Replica {
  readonly objects = new Map<string, StreamedObject>();
  readonly violations: string[] = [];
  /** To resume from; undefined: subscribe anew. */
  token: string | undefined;
  #isFilling = false;
  /** The newest state seen of each object, also of those that are gone. */
  readonly #seen = new Map<string, number>();
  readonly #coalesced: boolean;

  /** `coalesced`: only the newest states need come, so ADDED and MODIFIED mean the same. */
  constructor({ coalesced = false } = {}) {
    this.#coalesced = coalesced;
  }

  /** Call when a subscription starts: with no token, a snapshot comes. */
  start(): void {
    if (this.token === undefined) {
      this.objects.clear();
      this.#seen.clear();
      this.#isFilling = true;
    }
  }

  apply(frame: Frame): void {
    if (frame.type === 'snapshot' && !this.#isFilling) {
      this.violations.push('a snapshot that nobody asked for');
    }
    for (const object of frame.objects ?? []) {
      this.#change('ADDED', object);
    }
    for (const { type, object } of frame.events ?? []) {
      this.#change(type, object);
    }
    if (frame.last === true) {
      this.#isFilling = false;
    }
    if (this.#isFilling && frame.token !== undefined) {
      this.violations.push('a token in the middle of a snapshot');
    }
    this.token = frame.type === 'error' ? frame.token : (frame.token ?? this.token);
  }

  #change(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: StreamedObject): void {
    const { uid, name, resourceVersion } = object.metadata;
    const known = this.objects.get(uid);
    if (!this.#coalesced && (type === 'ADDED') === (known !== undefined)) {
      this.violations.push(`${type} of ${name}, which was ${known === undefined ? 'unknown' : 'known'}`);
    }
    const seen = this.#seen.get(uid) ?? 0;
    if (seen >= Number(resourceVersion)) {
      this.violations.push(`${type} of ${name} at ${resourceVersion} after ${seen}`);
    }
    this.#seen.set(uid, Number(resourceVersion));
    if (type === 'DELETED') {
      this.objects.delete(uid);
    } else {
      this.objects.set(uid, object);
    }
  }

  /** Name and version of each object, in order. */
  versions(): string[] {
    return [...this.objects.values()]
      .map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}@${metadata.resourceVersion}`)
      .sort();
  }
}
