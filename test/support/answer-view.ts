/**
 * An answer of the API as tests look into it, whatever its kind: the fields that some test reads. One that an answer does
 * not have is undefined when the test runs, and fails it. Tests also change them and send them back.
 */
type Several<T> = [T, ...T[]];

interface MetadataView {
  name: string;
  namespace: string;
  uid: string;
  generation: number;
  resourceVersion: string;
  continue: string;
  managedFields: Several<{ manager: string; fieldsV1: object }>;
  finalizers: string[];
  labels: Record<string, string>;
  annotations: Record<string, string>;
  deletionTimestamp: string;
  deletionGracePeriodSeconds: number;
}
interface SpecView {
  replicas: number;
  nodeName: string;
  unschedulable: boolean;
  template: { spec: SpecView };
  taints: object[];
  containers: Several<{ resources: { requests: Record<string, string> }; image: string }>;
  ephemeralContainers: Several<{ name: string }>;
}
interface StatusView {
  phase: string;
  token: string;
  certificate: string;
  conditions: Several<{ type: string; reason: string; message: string }>;
  message: string;
  reason: string;
  /** Of reviews of access and of tokens. */
  allowed: boolean;
  error: string;
  observedGeneration: number;
  updatedReplicas: number;
  readyReplicas: number;
  ephemeralContainerStatuses: Several<{ state: { running: object } }>;
  userInfo: { username: string };
}
export interface AnswerView {
  kind: string;
  apiVersion: string;
  metadata: MetadataView;
  items: Several<AnswerView>;
  spec: SpecView;
  /** Of a Status it is a word. */
  status: StatusView;
  data: Record<string, string>;
  code: number;
  reason: string;
  message: string;
  details: { causes: { field: string; message: string }[] };
  /** Of discovery. */
  paths: string[];
  versions: string[];
  groups: { preferredVersion: { groupVersion: string } }[];
  resources: { kind: string; name: string; verbs: string[] }[];
  /** Of the OpenAPI document. */
  definitions: Record<string, object>;
  columnDefinitions: Several<object>;
  rows: Several<{ cells: Several<unknown>; object: AnswerView }>;
}
