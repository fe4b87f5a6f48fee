/** What the operator reads once everything runs: where things are and what to try. Never a token. */
import { relative, resolve } from 'node:path';
import type { Flotilla } from '../../compose.ts';
import type { Config } from '../../config/config.ts';

export function renderSummary(flotilla: Pick<Flotilla, 'url' | 'kubeconfigPath'>, config: Config): string {
  const { url, kubeconfigPath } = flotilla;
  if (url === undefined || kubeconfigPath === undefined) {
    return `\nRunning as ${config.roles.join(' and ')}. Press Ctrl-C to stop.\n`;
  }
  const path = shortest(kubeconfigPath);
  const cli = path === '.flotilla/kubeconfig' ? 'npx flotilla' : `npx flotilla --kubeconfig ${path}`;
  return `
  Dashboard   ${url}/dashboard/
  API docs    ${url}/docs
  Sign in     with the token that this prints: ${cli} token
  Kubeconfig  ${path}

  Try:
    kubectl --kubeconfig ${path} get nodes -o wide
    kubectl --kubeconfig ${path} get pods --watch
    ${cli} scale default --replicas 50

Press Ctrl-C to stop.
`;
}

/** Paths are shown from the working folder when they lie in it. */
function shortest(path: string): string {
  const fromHere = relative('.', path);
  return fromHere.startsWith('..') ? resolve(path) : fromHere;
}
