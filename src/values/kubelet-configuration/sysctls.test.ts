import { describe, expect, it } from 'vitest';
import { forbiddenSysctl, sysctlProblems } from './sysctls.ts';

describe('sysctls', () => {
  it.each([
    ['net.ipv4.tcp_syncookies', [], {}, undefined],
    ['net/ipv4/tcp_syncookies', [], {}, undefined],
    [
      'net.ipv4.tcp_syncookies',
      [],
      { hostNetwork: true },
      '"net.ipv4.tcp_syncookies" not allowed with host Net enabled',
    ],
    ['kernel.shm_rmid_forced', [], { hostIPC: true }, '"kernel.shm_rmid_forced" not allowed with host IPC enabled'],
    ['kernel.msgmax', [], {}, '"kernel.msgmax" not allowlisted'],
    ['kernel.msgmax', ['kernel.msg*'], {}, undefined],
    ['kernel.msgmax', ['kernel/msgmax'], { hostNetwork: true }, undefined],
    ['kernel.msgmax', ['kernel.msgma'], {}, '"kernel.msgmax" not allowlisted'],
    ['net.ipv4.conf.eth0/1.forwarding', ['net/ipv4/conf/eth0.1/forwarding'], {}, undefined],
  ])('%s with %j and %j', (name, unsafe, host, why) => {
    expect(forbiddenSysctl(name, unsafe, host)).toBe(why);
  });

  it('may be allowed only if they are of a namespace', () => {
    expect(sysctlProblems(['kernel.msg*', 'net.core.somaxconn', 'kernel.sem'])).toEqual([]);
    expect(sysctlProblems(['vm.*', 'vm.swappiness'])).toEqual([
      'the sysctls "vm.*" are not known to be namespaced',
      'the sysctl "vm.swappiness" are not known to be namespaced',
    ]);
    expect(sysctlProblems(['*.x'])).toEqual([expect.stringContaining('sysctl "*.x" must have at most 253 characters')]);
  });
});
