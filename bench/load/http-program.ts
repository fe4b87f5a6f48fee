/** Creates pods, or gets them, over so many HTTPS connections. */
import { seededRandom } from '../../src/timing/random.ts';
import { closedLoop, type LoopOptions, type LoopReport } from './closed-loop.ts';
import { encodeRequest, HttpConnection, type Target } from './http-connection.ts';
import { NAMESPACE, pod } from './manifests.ts';
import { runProgram } from './program.ts';

export interface HttpLoadOptions extends LoopOptions {
  readonly target: Target;
  readonly seed: number;
  /** `create`: names begin with `prefix`. `get`: of `count` pods named `prefix` and a number. */
  readonly verb: 'create' | 'get';
  readonly prefix: string;
  readonly count?: number;
}

const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`;

function requests({ target, seed, prefix, count = 1 }: HttpLoadOptions) {
  const random = seededRandom(seed);
  let created = 0;
  const template = JSON.stringify(pod('NAME', random));
  return {
    create: (): Buffer => {
      created += 1;
      return encodeRequest(target, 'POST', PODS, template.replace('NAME', `${prefix}${created}`));
    },
    get: (): Buffer => encodeRequest(target, 'GET', `${PODS}/${prefix}${Math.floor(random.next() * count)}`),
  };
}

await runProgram(async (options: HttpLoadOptions): Promise<LoopReport> => {
  const connections = await Promise.all(
    Array.from({ length: options.clients }, () => HttpConnection.open(options.target)),
  );
  const next = requests(options)[options.verb];
  const wanted = options.verb === 'create' ? 201 : 200;
  return closedLoop(options, async (client) => {
    const status = await connections[client]?.send(next());
    if (status !== wanted) {
      throw new Error(`${options.verb}: HTTP ${status}`);
    }
    return 1;
  });
});
