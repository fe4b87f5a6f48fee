/** The program of the worker thread. */
import { parentPort } from 'node:worker_threads';
import { doHeavyWork, type HeavyWork } from './heavy-work.ts';

parentPort?.on('message', (given: HeavyWork) => parentPort?.postMessage(doHeavyWork(given)));
