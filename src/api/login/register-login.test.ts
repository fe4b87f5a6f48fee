import Fastify, { type FastifyInstance } from 'fastify';
import { beforeAll, describe, expect, it } from 'vitest';
import { StatusError } from '../../errors.ts';
import { registerLogin } from './register-login.ts';

let app: FastifyInstance;
beforeAll(async () => {
  app = Fastify();
  app.setErrorHandler((error, _request, reply) =>
    reply.code(error instanceof StatusError ? error.code : 500).send({ message: String(error) }),
  );
  registerLogin(app);
  await app.ready();
});

const login = (headers: Record<string, string>) => app.inject({ method: 'POST', url: '/login', headers });

describe('/login', () => {
  it('puts the token into a cookie that scripts, plain HTTP and other sites never see', async () => {
    const response = await login({ authorization: 'Bearer abc.DEF_1-2~3+/=' });
    expect(response.statusCode).toBe(204);
    expect(response.body).toBe('');
    expect(response.headers['cache-control']).toBe('no-store');
    expect(response.headers['set-cookie']).toBe(
      'flotilla_token=abc.DEF_1-2~3+/=; HttpOnly; Secure; SameSite=Strict; Path=/',
    );
  });

  it.each(['a;Path=/x', 'a,b', 'a"b', 'a\\b', 'ä'])(
    'refuses the token %s, which would end the cookie',
    async (token) => {
      const response = await login({ authorization: `Bearer ${token}` });
      expect(response.statusCode).toBe(400);
      expect(response.headers['set-cookie']).toBeUndefined();
      expect(response.body).not.toContain(token);
    },
  );

  it('sets nothing without a token', async () => {
    const response = await login({});
    expect([response.statusCode, response.headers['set-cookie']]).toEqual([401, undefined]);
  });
});

it('/logout takes the cookie away', async () => {
  const response = await app.inject({ method: 'POST', url: '/logout' });
  expect(response.statusCode).toBe(204);
  expect(response.headers['set-cookie']).toBe('flotilla_token=; HttpOnly; Secure; SameSite=Strict; Path=/; Max-Age=0');
});
