/** Probes and lifecycle hooks. A part of the contract in runtime.ts. */
/** What a probe or a lifecycle hook does to a container. Ports are numbers; `host` is the pod's address unless it names one. */
export type HandlerAction =
  | { readonly kind: 'exec'; readonly command: readonly string[] }
  | {
      readonly kind: 'httpGet';
      readonly scheme: 'http' | 'https';
      readonly host: string;
      readonly port: number;
      readonly path: string;
      readonly headers: readonly { readonly name: string; readonly value: string }[];
    }
  | { readonly kind: 'tcpSocket'; readonly host: string; readonly port: number }
  | { readonly kind: 'grpc'; readonly host: string; readonly port: number; readonly service: string };

export interface HandlerCall {
  readonly podUid: string;
  readonly container: string;
  readonly purpose: 'startup' | 'liveness' | 'readiness' | 'postStart' | 'preStop';
  readonly action: HandlerAction;
  readonly timeoutMs: number;
  /** The pod's and its node's, as they are now: a runtime's own settings. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly nodeAnnotations: Readonly<Record<string, string>>;
}
export interface HandlerResult {
  readonly success: boolean;
  /** What it printed, or why it failed, in the words of the kubelet's probers. */
  readonly output: string;
  /** A success that is worth a word: `output` says which. */
  readonly isWarning?: true;
  /** Of a command that failed. */
  readonly exitCode?: number;
  /**
   * Until when the same call has the same result, in milliseconds since the epoch (Infinity: for as long as the container
   * runs), unless the annotations change or an event tells of the pod. undefined: it may differ the next time.
   */
  readonly holdsUntil?: number;
}
/** Probes and lifecycle hooks; declared in capabilities. */
export interface Handlers {
  /**
   * Does it once, within `timeoutMs`: what takes longer has failed. To a hook every HTTP answer is a success. Throws RuntimeError when it cannot be done at all:
   * the kubelet reports that and counts it neither as a success nor as a failure.
   */
  run(call: HandlerCall, signal: AbortSignal): Promise<HandlerResult>;
}
