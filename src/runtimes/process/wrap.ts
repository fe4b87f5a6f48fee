/** A program behind what must happen before it: cgroups joined, limits set, namespaces and mounts made, the user taken. Pure. */
import type { BoundMount } from '../pod-folders/pod-folders.ts';
import type { Program } from './policy.ts';

export interface Surroundings {
  readonly cgroups: readonly string[];
  readonly maxOpenFiles: number;
  readonly noNewPrivileges: boolean;
  /** Words that enter the namespaces of what runs already. */
  readonly enter?: readonly string[];
  /** undefined: no namespaces of its own. */
  readonly namespaces?: { readonly hostname: string; readonly mounts: readonly BoundMount[] };
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Joined before the exec, so that nothing of the program runs outside of them. */
function beforeExec({ cgroups, maxOpenFiles }: Surroundings): string {
  const joins = cgroups.map((folder) => `echo $$ > ${quoted(`${folder}/cgroup.procs`)}`);
  const limits = maxOpenFiles > 0 ? [`ulimit -n ${maxOpenFiles}`] : [];
  return [...joins, ...limits, 'exec "$@"'].join(' && ');
}

function withinNamespaces({ hostname, mounts }: NonNullable<Surroundings['namespaces']>): string[] {
  const binds = mounts.flatMap(({ hostPath, containerPath, readOnly }) => [
    `{ [ -e ${quoted(containerPath)} ] || mkdir -p ${quoted(containerPath)}; }`,
    `mount --bind ${quoted(hostPath)} ${quoted(containerPath)}`,
    ...(readOnly ? [`mount -o remount,bind,ro ${quoted(containerPath)}`] : []),
  ]);
  const script = [`hostname ${quoted(hostname)}`, ...binds, 'exec "$@"'].join(' && ');
  const flags = ['--mount', '--uts', '--ipc', '--pid', '--fork', '--kill-child', '--mount-proc'];
  return ['unshare', ...flags, '--', '/bin/sh', '-c', script, 'sh'];
}

function asUser({ user, group }: Pick<Program, 'user' | 'group'>, noNewPrivileges: boolean): string[] {
  const privileges = noNewPrivileges ? ['--no-new-privs'] : [];
  const ids = user === undefined ? [] : ['--reuid', String(user), '--regid', String(group ?? user), '--clear-groups'];
  return ids.length + privileges.length === 0 ? [] : ['setpriv', ...ids, ...privileges, '--'];
}

/** The file and the words to be spawned. */
export function wrapProgram(program: Program, around: Surroundings): { file: string; args: string[] } {
  const namespaces = around.namespaces === undefined ? [] : withinNamespaces(around.namespaces);
  // As root: another user may enter none.
  const inner = [
    ...(around.enter ?? []),
    ...namespaces,
    ...asUser(program, around.noNewPrivileges),
    program.file,
    ...program.args,
  ];
  return { file: '/bin/sh', args: ['-c', beforeExec(around), 'sh', ...inner] };
}
