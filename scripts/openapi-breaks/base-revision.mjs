/** Which commit a change of the API is judged against. */
import { spawnSync } from 'node:child_process';

/** What git prints for `args` in `folder`; undefined when it ends with a failure, as for a commit that is not there. */
export function git(folder, ...args) {
  const { status, stdout, error } = spawnSync('git', args, { cwd: folder, encoding: 'utf8', maxBuffer: 256 << 20 });
  if (error !== undefined) {
    throw error;
  }
  return status === 0 ? stdout : undefined;
}

const commit = (folder, name) => git(folder, 'rev-parse', '--verify', '--quiet', `${name}^{commit}`)?.trim();
const isChanged = (folder) => git(folder, 'diff', '--quiet', 'HEAD', '--', 'openapi') === undefined;

/**
 * Where this branch left main, for a branch and for what is not committed yet; on main itself the commit before.
 * `{ commit, why }`; without a commit, `why` says why there is none: a shallow clone may have one commit only.
 */
export function baseRevision(folder) {
  const head = commit(folder, 'HEAD');
  if (head === undefined) {
    return { why: 'this folder has no git history' };
  }
  const main = ['origin/main', 'main'].find((name) => commit(folder, name) !== undefined);
  const fork = main === undefined ? undefined : git(folder, 'merge-base', 'HEAD', main)?.trim();
  if (fork !== undefined && (fork !== head || isChanged(folder))) {
    return { commit: fork, why: `where this branch left ${main}` };
  }
  const before = commit(folder, 'HEAD~1');
  return before === undefined
    ? { why: 'this clone has no commit before HEAD; fetch two to compare' }
    : { commit: before, why: 'the commit before HEAD' };
}
