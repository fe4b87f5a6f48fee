/**
 * The `channel.k8s.io` family: each WebSocket message begins with the number of its channel, as a byte or, in the
 * base64 forms, as the digit for it (`0`, `1` …). Pure.
 * Sources: apimachinery's wsstream, client-go's remotecommand/websocket.go.
 */

export const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

export interface ChannelProtocol {
  readonly base64: boolean;
  /** From v4 on the error channel carries a Status, of a success too; before it, only the text of a failure. */
  readonly hasStatus: boolean;
  /** The bytes `FF n` close channel n. */
  readonly canClose: boolean;
}

const binary = (hasStatus: boolean, canClose: boolean): ChannelProtocol => ({ base64: false, hasStatus, canClose });
const base64 = (hasStatus: boolean): ChannelProtocol => ({ base64: true, hasStatus, canClose: false });

/** By subprotocol; '': the client named none. */
export const CHANNEL_PROTOCOLS: ReadonlyMap<string, ChannelProtocol> = new Map([
  ['v5.channel.k8s.io', binary(true, true)],
  ['v4.channel.k8s.io', binary(true, false)],
  ['v4.base64.channel.k8s.io', base64(true)],
  ['channel.k8s.io', binary(false, false)],
  ['base64.channel.k8s.io', base64(false)],
  ['', binary(false, false)],
]);

const DIGIT_ZERO = 0x30;

export function encodeMessage(channel: number, data: Uint8Array, protocol: ChannelProtocol): Uint8Array | string {
  return protocol.base64
    ? `${String.fromCharCode(DIGIT_ZERO + channel)}${Buffer.from(data).toString('base64')}`
    : Buffer.concat([Buffer.from([channel]), data]);
}

export interface ChannelMessage {
  readonly channel: number;
  readonly data: Buffer;
}

/** undefined: an empty message, which says nothing. */
export function decodeMessage(message: Buffer, protocol: ChannelProtocol): ChannelMessage | undefined {
  const [first] = message;
  if (first === undefined) {
    return undefined;
  }
  const rest = message.subarray(1);
  return protocol.base64
    ? { channel: first - DIGIT_ZERO, data: Buffer.from(rest.toString('latin1'), 'base64') }
    : { channel: first, data: rest };
}
