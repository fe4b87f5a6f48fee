/** A key and a PKCS#10 request for it, as a kubelet makes them. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** `subject`: `/O=system:nodes/CN=system:node:a`. PEM both. */
export async function certificateRequest(subject: string): Promise<{ readonly key: string; readonly request: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-key-'));
  try {
    const path = join(folder, 'key');
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    const { stdout } = await run('openssl', ['req', '-new', ...curve, '-keyout', path, '-subj', subject]);
    return { key: await readFile(path, 'utf8'), request: stdout };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
