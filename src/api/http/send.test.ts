import type { FastifyReply } from 'fastify';
import { expect, it } from 'vitest';
import { sendText } from './send.ts';

/** What happened, in order: the answer, and each turn that others had. */
function replying(): { reply: FastifyReply; order: string[] } {
  const order: string[] = [];
  const reply = {
    code: () => reply,
    header: () => reply,
    getHeader: () => undefined,
    request: { headers: {}, query: {} },
    send(payload: unknown) {
      order.push(Buffer.isBuffer(payload) ? `sent ${payload.length}` : 'streamed');
      return reply;
    },
  };
  const others = (): void => void order.push('others');
  for (let i = 0; i < 4; i += 1) {
    setImmediate(() => setImmediate(others));
  }
  return { reply: reply as unknown as FastifyReply, order };
}

const long = JSON.stringify({
  data: Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`key-${i}`, 'value é'])),
});

it.each(['json', 'yaml', 'protobuf'] as const)(
  'gives others a turn before a long answer leaves as %s',
  async (format) => {
    const text =
      format === 'protobuf' ? long.replace('{', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{},') : long;
    const { reply, order } = replying();
    await sendText(reply, format, text);
    expect(order).toHaveLength(5);
    expect(order.at(-1)).toMatch(format === 'yaml' ? 'streamed' : /^sent \d{6,}$/);
  },
);

it('sends a short one at once', () => {
  const { reply, order } = replying();
  sendText(reply, 'json', '{"a":"é"}');
  expect(order).toEqual(['sent 10']);
});
