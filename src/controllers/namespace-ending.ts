/** Whether a create was refused because its namespace is going away. Source: NamespaceTerminatingCause. */
import { StatusError } from '../errors.ts';

export const isNamespaceEnding = (error: unknown): boolean =>
  error instanceof StatusError &&
  error.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating') === true;
