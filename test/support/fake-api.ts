/** An HTTPS server on loopback with a CA of its own that answers what a test tells it to, for tests of clients. */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import { renderKubeconfig } from '../../src/config/kubeconfig.ts';

export interface FakeAnswer {
  readonly status?: number;
  /** An object is sent as JSON. */
  readonly body: object | string;
}

export interface FakeRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface FakeApi {
  readonly url: string;
  readonly token: string;
  /** A kubeconfig file that leads here. */
  readonly kubeconfig: string;
  readonly requests: FakeRequest[];
  /** What answers from now on; undefined in, or out of it: 404. */
  answer: (request: FakeRequest) => FakeAnswer | undefined;
  /** Stops listening; the kubeconfig stays. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

const TOKEN = 'fake-api-token';

export async function startFakeApi(): Promise<FakeApi> {
  const { certificate, key } = await selfSigned();
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-fake-api-'));
  const requests: FakeRequest[] = [];
  const server = createServer({ cert: certificate, key }, async (message, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) {
      chunks.push(chunk as Buffer);
    }
    const request = {
      method: message.method ?? '',
      url: new URL(message.url ?? '/', 'https://fake'),
      headers: message.headers,
      body: Buffer.concat(chunks).toString(),
    };
    requests.push(request);
    const { status = 200, body } = fake.answer(request) ?? { status: 404, body: { message: 'not found' } };
    response.statusCode = status;
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  const url = `https://127.0.0.1:${await listen(server)}`;
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, renderKubeconfig({ server: url, ca: certificate, token: TOKEN, context: 'flotilla' }));
  const stop = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  const fake: FakeApi = {
    ...{ url, token: TOKEN, kubeconfig, requests, stop },
    answer: () => undefined,
    close: async () => {
      await stop();
      await rm(folder, { recursive: true });
    },
  };
  return fake;
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });

async function selfSigned(): Promise<{ certificate: string; key: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=fake-api',
    keys,
    signingAlgorithm: algorithm,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }])],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    certificate: certificate.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`,
  };
}
