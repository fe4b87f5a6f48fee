/** `compose-replica.ts` as a process to be killed. Argument: its options as JSON. Prints a line when it is ready. */
import { inspect } from 'node:util';
import type { Logger } from '../../src/logger.ts';
import { composeReplica, type ReplicaOptions } from './compose-replica.ts';

/** Warnings are part of life among faults; an error tells of a defect. */
const logger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (fields, text) => process.stderr.write(`${text} ${inspect(fields)}\n`),
  child: () => logger,
};

await composeReplica(JSON.parse(process.argv[2] ?? '{}') as ReplicaOptions, logger);
process.stdout.write('ready\n');
