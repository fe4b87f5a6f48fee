/** What happens in the fleet, as far as it may let a pod that waits fit somewhere. Source: framework.ClusterEvent. */
import type { NodeInfo } from '../../views/node-info.ts';
import type { PodInfo } from '../../views/pod-info.ts';

export type ClusterEvent =
  /** `before` undefined: it came. */
  | { readonly kind: 'node'; readonly node: NodeInfo; readonly before: NodeInfo | undefined }
  | { readonly kind: 'node-gone'; readonly node: NodeInfo }
  /** It got a node, or something of it changed there; `before` undefined: it got it now. */
  | { readonly kind: 'pod'; readonly pod: PodInfo; readonly before: PodInfo | undefined }
  /** It left its node, or ended there. */
  | { readonly kind: 'pod-gone'; readonly pod: PodInfo }
  /** Labels of a namespace changed. */
  | { readonly kind: 'namespace' }
  /** A claim changed, or, when it names none, a volume or a storage class. */
  | { readonly kind: 'storage'; readonly claim: string | undefined }
  /** A node can have more volumes, or has fewer. */
  | { readonly kind: 'volume-limits' };
