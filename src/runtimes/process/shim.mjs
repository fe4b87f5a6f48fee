/**
 * The keeper of one container: it starts the program, writes its log in the CRI's format, serves whoever attaches, owns the
 * grace of a stop, and leaves the exit code on disk. A program of its own, so that no worker's end is a container's end.
 * Plain JavaScript: it is started from the sources by tests and from dist by the build, unbundled.
 *
 * `node shim.mjs FOLDER`: FOLDER/spec.json says what to run, FOLDER/state.json what became of it. Prints `ready`.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const folder = process.argv[2] ?? '';
const spec = JSON.parse(readFileSync(join(folder, 'spec.json'), 'utf8'));
const MAX_LINE = 16 * 1024;
/** What an attached client may leave unread before it is given up. */
const MAX_UNREAD = 1024 * 1024;
/** For output that others of the container's processes still hold open. */
const OUTPUT_MS = 2_000;
const SIGKILL = 9;

const state = { shimPid: process.pid, startedAt: Date.now() };
function saveState(change) {
  Object.assign(state, change);
  const next = join(folder, 'state.json.next');
  writeFileSync(next, JSON.stringify(state));
  renameSync(next, join(folder, 'state.json'));
}
/** With the pid it tells a process from a later one of the same number. */
function startTicks(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[19] ?? 0);
  } catch {
    // It has ended already.
    return 0;
  }
}

let log = openSync(spec.logPath, 'a');
let logBytes = statSync(spec.logPath).size;
function rotate() {
  for (let n = spec.maxLogFiles - 1; n > 1; n -= 1) {
    try {
      renameSync(`${spec.logPath}.${n - 1}`, `${spec.logPath}.${n}`);
    } catch {
      // There are not so many yet.
    }
  }
  closeSync(log);
  renameSync(spec.logPath, `${spec.logPath}.1`);
  log = openSync(spec.logPath, 'a');
  logBytes = 0;
}
const rests = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
function writeLine(stream, tag, text) {
  const nanos = String(process.hrtime.bigint() % 1_000_000n).padStart(6, '0');
  const time = new Date().toISOString().replace('Z', `${nanos}Z`);
  const line = Buffer.concat([Buffer.from(`${time} ${stream} ${tag} `), text, Buffer.from('\n')]);
  if (logBytes + line.length > spec.maxLogBytes && logBytes > 0) {
    rotate();
  }
  writeSync(log, line);
  logBytes += line.length;
}
function writeLog(stream, chunk) {
  let rest = Buffer.concat([rests[stream], chunk]);
  for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
    writeLine(stream, 'F', rest.subarray(0, end));
    rest = rest.subarray(end + 1);
  }
  while (rest.length >= MAX_LINE) {
    writeLine(stream, 'P', rest.subarray(0, MAX_LINE));
    rest = rest.subarray(MAX_LINE);
  }
  rests[stream] = Buffer.from(rest);
}

const clients = new Set();
function say(client, message) {
  if (client.writableLength > MAX_UNREAD) {
    client.destroy();
  } else {
    client.write(`${JSON.stringify(message)}\n`);
  }
}
function output(stream, chunk) {
  writeLog(stream, chunk);
  for (const client of clients) {
    say(client, { [stream]: chunk.toString('base64') });
  }
}

/** The group, and what left it: all that is in the container's cgroup. */
function signalAll(signal) {
  const others = spec.cgroups.flatMap((each) => {
    try {
      return readFileSync(join(each, 'cgroup.procs'), 'latin1').split('\n').filter(Boolean).map(Number);
    } catch {
      return [];
    }
  });
  const targets = signal === SIGKILL || signal === 'SIGKILL' ? [-program.pid, ...others] : [-program.pid];
  for (const pid of targets) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended.
    }
  }
}
let killAt = Number.POSITIVE_INFINITY;
let killer;
function stop(signal, graceMs) {
  if (graceMs > 0) {
    signalAll(signal);
  }
  // A shorter grace shortens a stop under way, a longer one changes nothing.
  if (Date.now() + graceMs < killAt) {
    killAt = Date.now() + graceMs;
    clearTimeout(killer);
    killer = setTimeout(() => signalAll('SIGKILL'), Math.min(graceMs, 2 ** 31 - 1));
  }
}
const wasOutOfMemory = () =>
  spec.oomFiles.some((file) => {
    try {
      return Number(/oom_kill (\d+)/.exec(readFileSync(file, 'latin1'))?.[1] ?? 0) > 0;
    } catch {
      return false;
    }
  });

function over(exitCode, signal) {
  for (const stream of ['stdout', 'stderr']) {
    if (rests[stream].length > 0) {
      writeLine(stream, 'P', rests[stream]);
    }
  }
  const finishedAt = Math.max(state.startedAt, Date.now());
  saveState({ finishedAt, exitCode, ...(signal ? { signal } : {}), outOfMemory: wasOutOfMemory() });
  rmSync(spec.socket, { force: true });
  for (const client of clients) {
    client.end(`${JSON.stringify({ exit: exitCode })}\n`);
  }
  setTimeout(() => process.exit(0), 100);
}

async function startWithTerminal() {
  const { spawn: spawnTerminal } = (await import('@lydell/node-pty')).default;
  const terminal = spawnTerminal(spec.file, spec.args, { cwd: spec.cwd, env: spec.env, encoding: null, name: 'xterm' });
  terminal.onData((chunk) => output('stdout', Buffer.from(chunk)));
  terminal.onExit(({ exitCode, signal }) => {
    signalAll('SIGKILL');
    over(signal ? 128 + signal : exitCode, signal);
  });
  const ops = {
    stdin: ({ data }) => terminal.write(Buffer.from(data, 'base64')),
    eof: () => undefined,
    resize: ({ width, height }) => terminal.resize(width, height),
  };
  return { pid: terminal.pid, ops };
}

function startPlain() {
  const { file, args, cwd, env } = spec;
  const child = spawn(file, args, {
    cwd,
    env,
    detached: true,
    stdio: [spec.stdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', (chunk) => output('stdout', chunk));
  child.stderr.on('data', (chunk) => output('stderr', chunk));
  child.stdin?.on('error', () => undefined);
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.once('error', (error) => {
    output('stderr', Buffer.from(`${error.message}\n`));
    over(128);
  });
  child.once('exit', async (code, signal) => {
    // What the program left behind ends with it, as with a container's first process.
    signalAll('SIGKILL');
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, OUTPUT_MS))]);
    const { constants } = await import('node:os');
    const number = signal === null ? undefined : constants.signals[signal];
    over(code ?? 128 + number, number);
  });
  const ops = {
    stdin: ({ data }) => child.stdin?.write(Buffer.from(data, 'base64')),
    eof: () => child.stdin?.end(),
    resize: () => undefined,
  };
  return { pid: child.pid ?? 0, ops };
}

process
  .on('SIGHUP', () => undefined)
  .on('SIGINT', () => undefined)
  .on('SIGTERM', () => undefined);
const program = spec.tty ? await startWithTerminal() : startPlain();
/** Where the program is, its network may be its own. From the answer on the client's bytes are the connection's. */
function dial(client, { host, port }) {
  const target = connect({ host, port, allowHalfOpen: true });
  const refuse = ({ code, message }) => client.end(`${JSON.stringify({ code, message })}\n`);
  target.once('error', refuse).once('connect', () => {
    target.off('error', refuse).on('error', () => client.destroy());
    client.write('{}\n');
    client.pipe(target).pipe(client);
  });
  client.once('close', () => target.destroy());
}

rmSync(spec.socket, { force: true });
const server = createServer({ allowHalfOpen: true }, (client) => {
  const hangUp = () => client.end();
  client.on('error', () => undefined).once('close', () => clients.delete(client));
  client.once('end', hangUp);
  const lines = createInterface({ input: client }).on('line', (line) => {
    const message = JSON.parse(line);
    if (message.op === 'dial') {
      lines.close();
      client.off('end', hangUp);
      dial(client, message);
    } else if (message.op === 'attach') {
      clients.add(client);
    } else if (message.op === 'stop') {
      stop(message.signal, message.graceMs);
    } else {
      program.ops[message.op]?.(message);
    }
  });
});
server.listen(spec.socket, () => {
  if (program.pid > 0 && state.exitCode === undefined) {
    saveState({ pid: program.pid, startTicks: startTicks(program.pid) });
  }
  process.stdout.write('ready\n');
});
