/** What a simulated file system holds, and what each costs of its room. */
interface Common {
  mode: number;
  mtime: number;
}
export interface FileNode extends Common {
  readonly kind: 'file';
  chunks: Uint8Array[];
  size: number;
}
export interface DirectoryNode extends Common {
  readonly kind: 'directory';
  readonly entries: Map<string, FileSystemNode>;
}
/** Followed by who knows all mounts: mounted-files.ts. */
interface LinkNode extends Common {
  readonly kind: 'symlink';
  readonly target: string;
}
export type FileSystemNode = FileNode | DirectoryNode | LinkNode;

/** What each costs beside its bytes: their number is bounded by the same budget. */
export const NODE_BYTES = 256;

/** With all that is below. No recursion: folders moved into each other may be deeper than the stack. */
export function costOf(node: FileSystemNode | undefined): number {
  let sum = 0;
  const left = node === undefined ? [] : [node];
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    sum += NODE_BYTES + (one.kind === 'file' ? one.size : one.kind === 'symlink' ? one.target.length : 0);
    for (const entry of one.kind === 'directory' ? one.entries.values() : []) {
      left.push(entry);
    }
  }
  return sum;
}
