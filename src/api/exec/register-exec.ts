import type { FastifyInstance } from 'fastify';
import type { ApiContext } from '../context.ts';
import { registerCommands } from './command/register-commands.ts';
import { registerPortForward } from './port-forward/register-port-forward.ts';
import { socketTaker } from './upgrade/take-socket.ts';

export function registerExec(app: FastifyInstance, context: ApiContext): void {
  const take = socketTaker(app, context.signal);
  registerCommands(app, context, take);
  registerPortForward(app, context, take);
}
