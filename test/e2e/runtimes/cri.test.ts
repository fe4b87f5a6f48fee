import { type Containerd, startContainerd } from '../../support/containers/containerd.ts';
import { missingContainerd } from '../../support/containers/requirements.ts';
import { killMidway } from './kill-midway.ts';
import { podsSuite } from './pods-suite.ts';

let containerd: Containerd;
podsSuite({
  ...{ runtime: 'cri', missing: missingContainerd },
  start: async () => {
    containerd = await startContainerd();
    return containerd;
  },
  unknownHandler:
    'rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for "nothing" is configured',
  more: (bench) => killMidway(bench, () => containerd),
});
