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

export function costOf(node: FileSystemNode | undefined): number {
  switch (node?.kind) {
    case undefined:
      return 0;
    case 'file':
      return NODE_BYTES + node.size;
    case 'symlink':
      return NODE_BYTES + node.target.length;
    case 'directory':
      return [...node.entries.values()].reduce((sum, entry) => sum + costOf(entry), NODE_BYTES);
  }
}
