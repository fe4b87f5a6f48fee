/** How a command ended, as the last word on the error channel. Source: kubelet's pkg/cri/streaming/remotecommand. */
import { StatusError } from '../../../errors.ts';
import { RuntimeError } from '../../../runtimes/runtime.ts';

export type CommandStatus = { readonly status: 'Success' | 'Failure'; readonly message?: string } & Readonly<
  Record<string, unknown>
>;

export const SUCCESS: CommandStatus = { metadata: {}, status: 'Success' };

export const exitStatus = (command: readonly string[], code: number): CommandStatus =>
  code === 0
    ? SUCCESS
    : {
        metadata: {},
        status: 'Failure',
        message: `command terminated with non-zero exit code: error executing command [${command.join(' ')}], exit code ${code}`,
        reason: 'NonZeroExitCode',
        details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
      };

const internal = (why: string): CommandStatus => ({
  metadata: {},
  status: 'Failure',
  message: `Internal error occurred: ${why}`,
  reason: 'InternalError',
  details: { causes: [{ message: why }] },
  code: 500,
});

/** `doing`: what failed, in the kubelet's words. Only what a runtime says is told to the client. */
export function failureStatus(error: unknown, container: string, doing: string): CommandStatus {
  if (error instanceof RuntimeError) {
    return error.code === 'NotFound'
      ? internal(`unable to upgrade connection: container not found (${JSON.stringify(container)})`)
      : internal(`${doing}: ${error.message}`);
  }
  return internal(error instanceof StatusError ? error.message : doing);
}
