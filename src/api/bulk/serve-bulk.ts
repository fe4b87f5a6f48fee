/** One bulk request: items are read and started while the answers of earlier ones leave. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { StatusError, unavailable } from '../../errors.ts';
import type { WriteOptions } from '../../registry/registry.ts';
import type { Rounds } from '../../timing/turns.ts';
import type { ApiContext } from '../context.ts';
import { openLifetime } from '../server/lifetime.ts';
import { openStream } from '../server/open-stream.ts';
import { AnswerQueue } from './answer-queue.ts';
import { BodyReader } from './body-reader.ts';
import { ItemWriter } from './item-writer.ts';
import { bodyLimit, MAX_ANSWERING_MS, PENDING, PENDING_ATOMIC } from './limits.ts';
import { OrderRunner, type OrderRunnerOptions } from './order-runner.ts';
import { AtomicOutcomes, ImmediateOutcomes } from './outcomes.ts';
import type { KindIndex } from './plan-item.ts';

export const NDJSON_TYPE = 'application/x-ndjson';

export interface BulkRequest {
  readonly context: ApiContext;
  readonly kinds: KindIndex;
  readonly write: WriteOptions;
  readonly rounds: Rounds;
  readonly isWhole: boolean;
  readonly isAtomic: boolean;
}

/** How long a client may leave answers unread when the server stops. */
const LINGER_MS = 5_000;
/** Of the time in which Node wants a request whole: the rest is for the answers, before it cuts the connection. */
const READING_SHARE = 0.9;
const NEVER = new AbortController().signal;

const stopped = (): StatusError =>
  unavailable('the server is shutting down: this item and those after it were not begun');
const late = (ms: number): StatusError =>
  new StatusError(
    'Timeout',
    `the request was not read within ${ms / 1_000} s: this item and those after it were not begun`,
    {},
  );

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Aborts when `open` does and when the reading has taken too long; the reason says which. */
function untilLate({ clock, settings }: ApiContext, open: AbortSignal): AbortController {
  const ending = new AbortController();
  const ms = settings.requestTimeoutMs * READING_SHARE;
  clock.sleep(ms, open).then(
    () => ending.abort(late(ms)),
    () => ending.abort(stopped()),
  );
  return ending;
}

type Parts = Pick<OrderRunnerOptions, 'verbs' | 'outcomes' | 'write'>;

const oneByOne = ({ context, write, isWhole }: BulkRequest): Parts => ({
  ...{ verbs: context.registry, write },
  outcomes: new ImmediateOutcomes({ logger: context.logger, isWhole }),
});

/** A dry run is one of the transaction: its items see each other. */
function allOrNothing({ context, write: { dryRun = false, ...write }, isWhole }: BulkRequest): Parts {
  const verbs = context.registry.beginTransaction();
  return { verbs, write, outcomes: new AtomicOutcomes(verbs, dryRun, { logger: context.logger, isWhole }) };
}

export async function serveBulk(bulk: BulkRequest, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { context, kinds, rounds, isAtomic } = bulk;
  const { socket } = request.raw;
  const open = openLifetime(context.signal, socket);
  const connected = openLifetime(NEVER, socket);
  const { signal } = untilLate(context, open.signal);
  const gone = aborted(connected.signal);
  const stream = openStream(request, reply, NDJSON_TYPE);
  // What waits for a client that neither sends nor reads is not kept for ever.
  socket.setTimeout(context.settings.requestTimeoutMs);
  signal.addEventListener('abort', () => socket.setTimeout(LINGER_MS), { once: true });
  context.clock.sleep(MAX_ANSWERING_MS, connected.signal).then(
    () => socket.destroy(),
    () => undefined,
  );

  const queue = new AnswerQueue(isAtomic ? PENDING_ATOMIC : PENDING);
  const { clock, logger, authorizer } = context;
  const parts = isAtomic ? allOrNothing(bulk) : oneByOne(bulk);
  const { outcomes } = parts;
  const writer = new ItemWriter(new OrderRunner({ ...parts, authorizer, user: request.user, rounds, signal }));
  const reader = new BodyReader({
    ...{ kinds, writer, queue, outcomes, signal, clock, logger },
    ...{ maxLineBytes: context.settings.bodyLimit, maxBodyBytes: bodyLimit(isAtomic) },
    parseElsewhere: context.parseElsewhere,
  });
  const reading = reader.run(request.raw);
  for await (const text of queue.taken(connected.signal)) {
    await Promise.race([stream.write(Buffer.from(text)), gone]);
  }
  open.end();
  await reading;
  connected.end();
  stream.end();
  // What was not read is thrown away: the answer may be on its way to a client that still sends.
  request.raw.resume();
}
