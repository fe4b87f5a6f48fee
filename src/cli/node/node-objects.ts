/** Nodes and pods as far as the commands about nodes read them. Types only. */
export interface NodeObject {
  readonly metadata: { readonly name: string };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  };
}
export interface PodObject {
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string }[];
  };
}
export interface List<T> {
  readonly metadata: { readonly continue?: string };
  readonly items: readonly T[];
}
