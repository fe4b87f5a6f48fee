/** What every simulated image holds: the few files that scripts and people look for. */
import type { FileSystem } from './file-system.ts';

export interface Identity {
  readonly hostname: string;
  readonly ip: string;
  readonly image: string;
}

const FOLDERS = ['/bin', '/dev', '/etc', '/home', '/proc', '/root', '/tmp', '/usr/bin', '/usr/local/bin', '/var/log'];

export function writeImageFiles(files: FileSystem, { hostname, ip, image }: Identity): void {
  for (const folder of FOLDERS) {
    files.makeDirectory(folder, { parents: true, ...(folder === '/tmp' ? { mode: 0o1777 } : {}) });
  }
  const texts: Readonly<Record<string, string>> = {
    '/etc/hostname': `${hostname}\n`,
    '/etc/hosts': `127.0.0.1\tlocalhost\n${ip === '' ? '127.0.1.1' : ip}\t${hostname}\n`,
    '/etc/os-release': `NAME="Flotilla simulated container"\nID=flotilla\nIMAGE="${image}"\n`,
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n',
    '/etc/group': 'root:x:0:\n',
    '/etc/resolv.conf': 'nameserver 10.96.0.10\n',
  };
  for (const [path, text] of Object.entries(texts)) {
    files.open(path);
    files.append(path, Buffer.from(text));
  }
}
