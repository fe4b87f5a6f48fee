import type { RuntimeInfo } from './runtime.ts';

/** Of a runtime that can do whatever the contract has. */
export const ALL_CAPABILITIES: RuntimeInfo['capabilities'] = {
  logs: true,
  exec: true,
  attach: true,
  portForward: true,
  stats: true,
  handlers: true,
  resize: true,
};
