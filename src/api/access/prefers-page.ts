/** Whether a person with a browser asks: its navigations name text/html first. */
import type { FastifyRequest } from 'fastify';

export const prefersPage = ({ method, ws, headers }: FastifyRequest): boolean =>
  method === 'GET' && !ws && (headers.accept ?? '').startsWith('text/html');
