/** Paths inside volumes. Source: pkg/apis/core/validation, validateLocalDescendingPath and its kin, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { invalidField } from '../field-errors.ts';

export const checkNoBacksteps = (path: string, target: string): StatusCause[] =>
  target.split('/').includes('..') ? [invalidField(path, target, "must not contain '..'")] : [];

/** Relative, and never upwards. */
export const checkDescendingPath = (path: string, target: string): StatusCause[] => [
  ...(target.startsWith('/') ? [invalidField(path, target, 'must be a relative path')] : []),
  ...checkNoBacksteps(path, target),
];

/** Names that begin with `..` are the volume's own (`..data`). */
export const checkNonReservedPath = (path: string, target: string): StatusCause[] => [
  ...checkDescendingPath(path, target),
  ...(target.startsWith('..') && !target.startsWith('../')
    ? [invalidField(path, target, "must not start with '..'")]
    : []),
];
