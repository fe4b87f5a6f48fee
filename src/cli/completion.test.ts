import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from './program.ts';

async function script(shell: string): Promise<string> {
  let text = '';
  const ignored = { write: () => undefined };
  const clock = { now: () => 0, monotonic: () => 0, sleep: async () => undefined };
  const stdout = { write: (chunk: string) => (text += chunk) };
  await runCommandLine(['completion', shell], {
    terminal: { stdout, stderr: ignored, outlive: () => undefined },
    env: {},
    clock,
  });
  return text;
}

/** What bash offers for a line, the cursor at its end. */
async function completions(...words: string[]): Promise<string[]> {
  const line = words.map((word) => `'${word}'`).join(' ');
  const ask = `COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _flotilla; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', `${await script('bash')}\n${ask}`], { encoding: 'utf8' })
    .trim()
    .split('\n');
}

describe('completion', () => {
  it('offers commands, their options and the values of their arguments in bash', async () => {
    expect(await completions('flotilla', 's')).toEqual(['serve', 'status', 'scale', 'snapshot']);
    expect(await completions('flotilla', 'scale', '--re')).toEqual(['--replicas']);
    expect(await completions('flotilla', 'completion', '')).toEqual(
      expect.arrayContaining(['bash', 'zsh', 'fish', '--output', '--kubeconfig', '--help']),
    );
    expect(await completions('flotilla', 'serve', '--por')).toEqual(['--port']);
    expect(await completions('flotilla', 'node', 'sh')).toEqual(['shutdown']);
    expect(await completions('flotilla', 'node', 'shutdown', '--gr')).toEqual(['--grace']);
  });

  it('is valid for bash, and zsh loads the same through its compatibility layer', async () => {
    const { status, stderr } = spawnSync('bash', ['-n'], { input: await script('zsh'), encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(await script('zsh')).toContain('bashcompinit');
  });

  it('describes commands in fish', async () => {
    const text = await script('fish');
    expect(text).toContain("complete -c flotilla -n __fish_use_subcommand -f -a status -d 'Show nodes");
    expect(text).toContain("complete -c flotilla -n '__fish_seen_subcommand_from scale' -l replicas");
  });
});
