/** A server that speaks the CRI as CRI-O does where it differs from containerd: for what no machine of ours can install. */
import { type handleUnaryCall, Server, ServerCredentials, status } from '@grpc/grpc-js';
import { criServices } from '../../../src/runtimes/cri/client.ts';

interface Config {
  readonly metadata: object;
  readonly labels: object;
  readonly annotations: object;
  readonly image?: { readonly user_specified_image: string };
}
/** Of any method: those that it has are there. */
interface Message {
  readonly config: Config;
  readonly pod_sandbox_id: string;
  readonly container_id: string;
}
type Answer = object | { readonly code: number; readonly details: string };

export interface FakeCrio {
  readonly socket: string;
  /** Method and request, in order. */
  readonly calls: { method: string; request: Message }[];
  /** The next ExecSync answers so. */
  execSync: Answer;
  /** Calls of this method are never answered. */
  hangs: string | undefined;
  /** Lists each thing twice. */
  repeats: boolean;
  stop(): void;
}

interface Box {
  id: string;
  state: string;
  config: Config;
}

const METHODS = [
  ...['Version', 'Status', 'RunPodSandbox', 'StopPodSandbox', 'RemovePodSandbox', 'PodSandboxStatus', 'ListPodSandbox'],
  ...['CreateContainer', 'StartContainer', 'StopContainer', 'RemoveContainer', 'ListContainers', 'ContainerStatus'],
  ...['ExecSync', 'ReopenContainerLog'],
];

export async function startFakeCrio(socket: string): Promise<FakeCrio> {
  const server = new Server();
  const boxes = new Map<string, Box>();
  const containers = new Map<string, Box & { sandbox: string }>();
  const fake: FakeCrio = {
    ...{ socket, calls: [], execSync: {}, hangs: undefined, repeats: false },
    stop: () => server.forceShutdown(),
  };
  const listed = <T>(list: T[]): T[] => (fake.repeats ? [...list, ...list] : list);
  const parts = ({ config }: Box): object => {
    const { metadata, labels, annotations } = config;
    return { metadata, labels, annotations, created_at: 1 };
  };
  const answers: Record<string, (request: Message) => Answer> = {
    Version: () => ({ runtime_name: 'cri-o', runtime_version: '1.34.0' }),
    Status: () => ({
      status: {
        conditions: [
          { type: 'RuntimeReady', status: true },
          { type: 'NetworkReady', status: true },
        ],
      },
    }),
    RunPodSandbox({ config }) {
      const id = `box${boxes.size}`;
      boxes.set(id, { id, state: 'SANDBOX_READY', config });
      return { pod_sandbox_id: id };
    },
    StopPodSandbox({ pod_sandbox_id: id }) {
      Object.assign(boxes.get(id) ?? {}, { state: 'SANDBOX_NOTREADY' });
      return {};
    },
    RemovePodSandbox({ pod_sandbox_id: id }) {
      boxes.delete(id);
      return {};
    },
    PodSandboxStatus({ pod_sandbox_id: id }) {
      const box = boxes.get(id);
      return box === undefined
        ? { code: status.NOT_FOUND, details: `could not find pod ${id}` }
        : { status: { ...box, ...parts(box), network: { ip: '10.88.0.5' } } };
    },
    ListPodSandbox: () => ({
      items: listed([...boxes.values()].map((box) => ({ ...parts(box), id: box.id, state: box.state }))),
    }),
    CreateContainer({ config, pod_sandbox_id: sandbox }) {
      if (config.image?.user_specified_image === '') {
        return {
          code: status.INVALID_ARGUMENT,
          details: 'CreateContainerRequest.ContainerConfig.Image.UserSpecifiedImage is empty',
        };
      }
      const id = `c${containers.size}`;
      containers.set(id, { id, sandbox, state: 'CONTAINER_CREATED', config });
      return { container_id: id };
    },
    StartContainer({ container_id: id }) {
      Object.assign(containers.get(id) ?? {}, { state: 'CONTAINER_RUNNING' });
      return {};
    },
    StopContainer({ container_id: id }) {
      Object.assign(containers.get(id) ?? {}, { state: 'CONTAINER_EXITED' });
      return {};
    },
    RemoveContainer({ container_id: id }) {
      containers.delete(id);
      return {};
    },
    ListContainers: () => ({
      containers: listed(
        [...containers.values()].map((one) => ({
          ...parts(one),
          id: one.id,
          state: one.state,
          pod_sandbox_id: one.sandbox,
        })),
      ),
    }),
    ContainerStatus({ container_id: id }) {
      const one = containers.get(id);
      return one === undefined
        ? { code: status.NOT_FOUND, details: 'gone' }
        : { status: { ...parts(one), id, state: one.state, started_at: 2e9, finished_at: 3e9, image_ref: 'abc' } };
    },
    ExecSync: () => fake.execSync,
    ReopenContainerLog: () => ({}),
    // Without `sha256:`.
    ImageStatus: () => ({ image: { id: 'abc', size: 7, repo_tags: ['a:1'] } }),
  };
  const handle =
    (method: string): handleUnaryCall<Message, Answer> =>
    ({ request }, respond) => {
      fake.calls.push({ method, request });
      const answer = answers[method]?.(request) ?? {};
      if (fake.hangs !== method) {
        respond('code' in answer ? (answer as { code: number; details: string }) : null, answer);
      }
    };
  const { RuntimeService, ImageService } = criServices();
  server.addService(RuntimeService.service, Object.fromEntries(METHODS.map((method) => [method, handle(method)])));
  server.addService(ImageService.service, { ImageStatus: handle('ImageStatus') });
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix://${socket}`, ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    );
  });
  return fake;
}
