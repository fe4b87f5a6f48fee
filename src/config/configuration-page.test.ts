/** docs/configuration.md is made from the table of settings: `npx vitest run --project unit src/config -u` rewrites it. */
import { expect, it } from 'vitest';
import type { Setting } from './setting.ts';
import { SETTING_NAMES, SETTINGS } from './settings.ts';

function showFallback({ fallback: value, parser }: Setting<unknown>): string {
  if (parser.show !== undefined) {
    return parser.show(value);
  }
  if (value === undefined || (Array.isArray(value) && value.length === 0)) {
    return '';
  }
  return Array.isArray(value) ? value.join(',') : typeof value === 'object' ? 'simulated' : String(value);
}

function row(name: (typeof SETTING_NAMES)[number]): string[] {
  const setting = SETTINGS[name] as Setting<unknown>;
  const { env, option, about, parser } = setting;
  const flag = option === undefined ? '' : ` \`${option.split(' ')[0]}\``;
  return [`\`${name}\``, `\`${env}\`${flag}`, showFallback(setting), `${about} Allowed: ${parser.allowed}.`];
}

/** Aligned as the formatter wants it. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[], fill = ' '): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(' | ')} |`;
  const rule = line(
    header.map(() => ''),
    '-',
  );
  return [line(header), rule, ...rows.map((cells) => line(cells))].join('\n');
}

const page = `# Configuration

\`\`\`sh
FLOTILLA_PORT=7443 npx flotilla serve --config flotilla.yaml --log-level info
\`\`\`
\`\`\`yaml
# flotilla.yaml
api:
  port: 7443
  tlsNames: [fleet.example.com]
kubelet:
  nodeLeaseDurationSeconds: 40
  nodeStatusUpdateFrequency: 10s
runtimes:
  simulated:
  mine: { module: flotilla-runtime-mine, options: { socket: /run/mine.sock } }
\`\`\`

Flags come before the environment, the environment before the YAML file, the file before the defaults. The first source
that has a setting decides, even if its value is wrong: Flotilla then does not start, and says in one line which setting
it was, what it held and what is allowed. Unknown keys in the file are errors; an empty variable counts as unset.

The file is named by \`--config\` or \`FLOTILLA_CONFIG\`. \`--empty\` is \`seedFleet: false\`. The client commands (status,
scale, drain, node, diff, kubeconfig, token, import --apply, snapshot export) read \`<home>/kubeconfig\`, home being
\`FLOTILLA_HOME\`, or the file named by \`--kubeconfig\`; never \`~/.kube\` nor \`KUBECONFIG\`. Passwords belong into the environment or the file: no flag takes one, since others
on the machine can read command lines. Kubernetes sets variables such as \`FLOTILLA_PORT=tcp://10.0.0.1:443\` beside a
Service named flotilla; values that start with \`tcp://\` are ignored.

${table(['In the file', 'Variable, flag', 'Default', 'Meaning'], SETTING_NAMES.map(row))}
`;

it('docs/configuration.md has every setting as it is', async () => {
  await expect(page).toMatchFileSnapshot('../../docs/configuration.md');
});
