import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { HandlerAction } from '../runtime.ts';
import { probeHttp } from './http-probe.ts';

type Route = { readonly code: number; readonly location?: string; readonly body?: string };

/** A program that answers by path; `/loop` leads to itself. */
async function program(routes: (port: number) => Readonly<Record<string, Route>>) {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    const { port } = server.address() as AddressInfo;
    const { code, location, body = '' } = routes(port)[request.url ?? ''] ?? { code: 404 };
    response.writeHead(code, location === undefined ? {} : { location }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const probe = (path: string, isHook = false, headers = [{ name: 'Host', value: 'web.local' }]) => {
    const action: Extract<HandlerAction, { kind: 'httpGet' }> = {
      ...{ kind: 'httpGet', scheme: 'http', host: '127.0.0.1', port, path, headers },
    };
    return probeHttp(action, 2_000, isHook, new AbortController().signal);
  };
  return { seen, probe, port };
}

describe('an HTTP probe', () => {
  it('follows redirects of the host, and tells the program whose it is as long as they name none', async () => {
    const { seen, probe, port } = await program((at) => ({
      '/a': { code: 302, location: '/b?x=1' },
      '/b?x=1': { code: 308, location: `http://127.0.0.1:${at}/c` },
      '/c': { code: 200, body: 'fine' },
      '/d': { code: 301, location: '/sick' },
      '/sick': { code: 503 },
    }));
    expect(await probe('/a')).toEqual({ success: true, output: 'fine' });
    expect(seen.map(({ url, headers }) => [url, headers.host])).toEqual([
      ['/a', 'web.local'],
      ['/b?x=1', 'web.local'],
      ['/c', `127.0.0.1:${port}`],
    ]);
    expect(await probe('/d')).toEqual({ success: false, output: 'HTTP probe failed with statuscode: 503' });
  });

  it('takes one to another host, or to nowhere, for an answer that is worth a warning', async () => {
    const { seen, probe } = await program(() => ({
      '/away': { code: 302, location: 'http://elsewhere.example/', body: 'go' },
      '/file': { code: 302, location: 'file:///etc/passwd' },
      '/choices': { code: 300 },
    }));
    const output = 'Probe terminated redirects, Response body: ';
    expect(await probe('/away')).toEqual({ success: true, isWarning: true, output: `${output}go` });
    expect(await probe('/file')).toEqual({ success: true, isWarning: true, output });
    expect(await probe('/choices')).toEqual({ success: true, isWarning: true, output });
    expect(seen).toHaveLength(3);
    expect(await probe('/away', true)).toEqual({ success: true, output: 'go' });
  });

  it('gives up after ten', async () => {
    const { seen, probe, port } = await program(() => ({ '/loop': { code: 302, location: '/loop' } }));
    const output = `Get "http://127.0.0.1:${port}/loop": stopped after 10 redirects`;
    expect(await probe('/loop')).toEqual({ success: false, output });
    expect(seen).toHaveLength(10);
  });

  it('fails with a header that is none', async () => {
    const { probe } = await program(() => ({}));
    const { success } = await probe('/', false, [{ name: 'a b', value: '' }]);
    expect(success).toBe(false);
  });
});
