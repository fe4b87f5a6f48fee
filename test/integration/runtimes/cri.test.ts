/** The cri runtime on a real containerd. */
import { createCriRuntime } from '../../../src/runtimes/cri/cri-runtime.ts';
import { describeContainers } from '../../support/containers/container-suite.ts';
import { startContainerd } from '../../support/containers/containerd.ts';
import { missingContainerd } from '../../support/containers/requirements.ts';

describeContainers({
  ...{ name: 'cri on containerd', missing: missingContainerd, product: 'containerd', outlivesDaemon: true },
  ...{ start: () => startContainerd(), create: createCriRuntime },
});
