/**
 * A whole runtime: containers are child processes of the worker, without any isolation. It declares no ability beyond
 * the contract's core, and keeps what runs in this module: processes end with the worker. One that outlives it, as the
 * built-in ones do, keeps (uid, container, attempt) on disk or in its daemon and finds them again in `list`.
 */
import { spawn } from 'node:child_process';
import { EventEmitter, on } from 'node:events';
import process from 'node:process';

const NOTHING = {
  logs: false,
  exec: false,
  attach: false,
  portForward: false,
  stats: false,
  handlers: false,
  resize: false,
};
const pods = new Map();
const pulled = new Set();
const changes = new EventEmitter();

/** Told apart by name and code: a package has no copy of Flotilla's class. */
const failure = (code, message) => Object.assign(new Error(message), { name: 'RuntimeError', code });

const view = (pod) =>
  pod && {
    ...pod.identity,
    sandbox: pod.sandbox,
    podIPs: pod.sandbox === 'ready' ? ['127.0.0.1'] : undefined,
    containers: pod.containers.map(({ child: _, timer: __, ...container }) => container),
  };

function ended(pod, container, exitCode, reason) {
  clearTimeout(container.timer);
  const { startedAt } = container.state;
  container.state = { phase: 'exited', startedAt, finishedAt: Math.max(startedAt, Date.now()), exitCode, reason };
  if (pod.isGoingDown && pod.containers.every(({ state }) => state.phase === 'exited')) {
    pod.sandbox = 'stopped';
  }
  const { uid: podUid, namespace, name, nodeName } = pod.identity;
  changes.emit('pod', { podUid, namespace, name, nodeName });
}

function start(pod, { name, image, command, args, env, workingDir }, attempt) {
  const [file, ...words] = [...command, ...args];
  if (file === undefined) {
    throw failure('RunContainer', `container "${name}" names no command, and images of this runtime have none`);
  }
  const variables = Object.fromEntries(env.map((one) => [one.name, one.value]));
  // A group of its own: a stop reaches what the program started, too.
  const child = spawn(file, words, {
    cwd: workingDir,
    env: { PATH: process.env.PATH, ...variables },
    stdio: 'ignore',
    detached: true,
  });
  const container = {
    name,
    attempt,
    image,
    imageId: image,
    id: `${pod.identity.uid}/${name}/${attempt}`,
    state: { phase: 'running', startedAt: Date.now() },
    child,
  };
  // Nobody asks for more than this attempt and the one before.
  const before = pod.containers.findLast((one) => one.name === name);
  pod.containers = [...pod.containers.filter((one) => one.name !== name || one === before), container];
  child.once('error', () => ended(pod, container, 128, 'ContainerCannotRun'));
  child.once('exit', (code, signal) => {
    const exitCode = code ?? 128 + (signal === 'SIGKILL' ? 9 : 15);
    ended(pod, container, exitCode, exitCode === 0 ? 'Completed' : 'Error');
  });
}

function signalGroup({ child, state }, signal) {
  if (state.phase === 'running' && child.pid !== undefined) {
    try {
      process.kill(-child.pid, signal);
    } catch {
      // It has just ended.
    }
  }
}

function stop(container, graceMs) {
  clearTimeout(container.timer);
  signalGroup(container, 'SIGTERM');
  container.timer = setTimeout(() => signalGroup(container, 'SIGKILL'), graceMs);
}

const images = {
  status: async (_node, image) =>
    pulled.has(image) ? { state: 'present', imageId: image, sizeBytes: 0 } : { state: 'absent' },
  async pull(node, image) {
    if (image.endsWith(':invalid')) {
      throw failure('ImagePull', `${image}: not found`);
    }
    pulled.add(image);
    return images.status(node, image);
  },
  list: async () => [...pulled].map((image) => ({ image, imageId: image, sizeBytes: 0 })),
  async remove(_node, image) {
    pulled.delete(image);
  },
};

/** @type {(context: { name: string }) => object} */
export default ({ name }) => ({
  name,
  images,
  info: async () => ({ name, version: '1.0.0', ready: true, capabilities: NOTHING }),
  list: async (nodes) => [...pods.values()].map(view).filter(({ nodeName }) => nodes?.includes(nodeName) ?? true),
  pod: async (uid) => view(pods.get(uid)),
  async ensurePod({ uid, namespace, name: podName, nodeName }) {
    const pod = pods.get(uid) ?? { identity: { uid, namespace, name: podName, nodeName }, containers: [] };
    if (pod.sandbox !== 'ready') {
      Object.assign(pod, { sandbox: 'ready', isGoingDown: false });
      pods.set(uid, pod);
    }
    return view(pod);
  },
  async startContainer(uid, container, attempt) {
    const pod = pods.get(uid);
    if (pod === undefined) {
      throw failure('NotFound', `pod ${uid} has no sandbox`);
    }
    // The same attempt again is adopted.
    if (!pod.containers.some((one) => one.name === container.name && one.attempt >= attempt)) {
      start(pod, container, attempt);
    }
    return view(pod);
  },
  async stopContainer(uid, container, graceMs) {
    const pod = pods.get(uid);
    pod?.containers
      .filter((one) => one.name === container && one.state.phase === 'running')
      .map((one) => stop(one, graceMs));
    return view(pod);
  },
  async killPod(uid, graceMs) {
    const pod = pods.get(uid);
    if (pod !== undefined) {
      const running = pod.containers.filter(({ state }) => state.phase === 'running');
      Object.assign(pod, running.length === 0 ? { sandbox: 'stopped' } : { isGoingDown: true });
      running.map((one) => stop(one, graceMs));
    }
    return view(pod);
  },
  async removePod(uid) {
    pods.get(uid)?.containers.map((one) => stop(one, 0));
    pods.delete(uid);
  },
  async *events(signal) {
    try {
      for await (const [event] of on(changes, 'pod', { signal })) {
        yield event;
      }
    } catch (error) {
      if (!signal.aborted) {
        throw error;
      }
    }
  },
  close: async () => undefined,
});
