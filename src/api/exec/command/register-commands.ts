/**
 * exec/: streaming subresources of pods: exec, attach, port-forward. Their subprotocols are not ones that
 * @fastify/websocket can speak, so each takes its connection over, in a hook of its route, after the app's hooks have
 * checked Origin, credentials and permission. May import registry contracts, runtimes/runtime.ts and timing. Never
 * buffers more than a pipe holds; a client that goes away ends what it started.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { badRequest } from '../../../errors.ts';
import type { ApiContext } from '../../context.ts';
import { pathNames } from '../../http/kind-route.ts';
import { allValues, booleanValue, firstValue, type Query } from '../../query.ts';
import { containerTarget, type PodTarget } from '../pod-target.ts';
import { registerConnect } from '../register-connect.ts';
import { spdyProtocol, upgradeOf, webSocketProtocol } from '../upgrade/negotiate.ts';
import { openSpdySocket } from '../upgrade/spdy-transports.ts';
import type { TakeSocket } from '../upgrade/take-socket.ts';
import { openWebSocket } from '../upgrade/web-socket.ts';
import { CHANNEL_PROTOCOLS } from './channels.ts';
import type { AskedStreams, CommandClient } from './command-client.ts';
import { type CommandStatus, exitStatus, failureStatus, SUCCESS } from './command-status.ts';
import { socketClient } from './socket-client.ts';
import { SPDY_PROTOCOLS, StreamCollector, spdyClient } from './spdy-client.ts';

interface Command {
  readonly asked: AskedStreams;
  readonly command: readonly string[];
  readonly target: PodTarget & { readonly container: string };
}
interface CommandKind {
  readonly name: 'exec' | 'attach';
  /** Of stdout and stderr, when the query does not say. */
  readonly outputs: boolean;
  readonly failure: string;
  run(command: Command, client: CommandClient, signal: AbortSignal): Promise<CommandStatus>;
}

const EXEC: CommandKind = {
  name: 'exec',
  outputs: false,
  failure: 'error executing command in container',
  async run({ command, asked, target: { streaming, uid, container } }, client, signal) {
    const code = await streaming.exec(uid, container, { command, tty: asked.tty }, client, signal);
    return exitStatus(command, code);
  },
};
const ATTACH: CommandKind = {
  name: 'attach',
  outputs: true,
  failure: 'error attaching to container',
  async run({ target: { streaming, uid, container } }, client, signal) {
    await streaming.attach(uid, container, client, signal);
    return SUCCESS;
  },
};

/** With a terminal there is one output. */
function askedStreams(query: Query, outputs: boolean): AskedStreams {
  const tty = booleanValue(query, 'tty') ?? false;
  const asked = {
    tty,
    stdin: booleanValue(query, 'stdin') ?? false,
    stdout: booleanValue(query, 'stdout') ?? outputs,
    stderr: !tty && (booleanValue(query, 'stderr') ?? outputs),
  };
  if (!(asked.stdin || asked.stdout || asked.stderr)) {
    throw badRequest('you must specify at least 1 of stdin, stdout, stderr');
  }
  return asked;
}

class CommandServer {
  readonly #context: ApiContext;
  readonly #take: TakeSocket;
  readonly #kind: CommandKind;

  constructor(context: ApiContext, take: TakeSocket, kind: CommandKind) {
    this.#context = context;
    this.#take = take;
    this.#kind = kind;
  }

  async serve(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const query = request.query as Query;
    const target = await containerTarget(this.#context, pathNames(request), firstValue(query, 'container') ?? '');
    const asked = askedStreams(query, this.#kind.outputs);
    const command: Command = { asked, target, command: allValues(query, 'command') };
    if (upgradeOf(request.headers, request.ws) === 'websocket') {
      const protocol = webSocketProtocol(request.headers, [...CHANNEL_PROTOCOLS.keys()]);
      this.#overWebSocket(request, reply, command, protocol);
    } else {
      this.#overSpdy(request, reply, command, spdyProtocol(request.headers, SPDY_PROTOCOLS));
    }
  }

  #overWebSocket(request: FastifyRequest, reply: FastifyReply, command: Command, name: string): void {
    const taken = this.#take(request, reply);
    const webSocket = openWebSocket(request.raw, taken, name);
    const protocol = CHANNEL_PROTOCOLS.get(name);
    if (webSocket !== undefined && protocol !== undefined) {
      const { signal } = taken.lifetime;
      void this.#run(command, socketClient({ webSocket, protocol, asked: command.asked, signal }), signal);
    }
  }

  #overSpdy(request: FastifyRequest, reply: FastifyReply, command: Command, protocol: string): void {
    const taken = this.#take(request, reply);
    const { signal } = taken.lifetime;
    const { logger, clock } = this.#context;
    const collector = new StreamCollector(command.asked, protocol);
    const connection = openSpdySocket({ taken, protocol, onStream: collector.add, logger });
    collector.all(clock, signal).then(
      (streams) => this.#run(command, spdyClient(connection, streams, protocol), signal),
      () => connection.close(),
    );
  }

  async #run(command: Command, client: CommandClient, signal: AbortSignal): Promise<void> {
    let status: CommandStatus;
    try {
      status = await this.#kind.run(command, client, signal);
    } catch (error) {
      status = failureStatus(error, command.target.container, this.#kind.failure);
      if (!signal.aborted && status.reason === 'InternalError') {
        this.#context.logger.debug({ err: error }, `${this.#kind.name} failed`);
      }
    }
    await client.finish(status);
  }
}

export function registerCommands(app: FastifyInstance, context: ApiContext, take: TakeSocket): void {
  for (const kind of [EXEC, ATTACH]) {
    const server = new CommandServer(context, take, kind);
    registerConnect(app, `/api/v1/namespaces/:namespace/pods/:name/${kind.name}`, (request, reply) =>
      server.serve(request, reply),
    );
  }
}
