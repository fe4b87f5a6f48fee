import { startContainerd } from '../../support/containers/containerd.ts';
import { missingContainerd } from '../../support/containers/requirements.ts';
import { podsSuite } from './pods-suite.ts';

podsSuite({
  ...{ runtime: 'cri', missing: missingContainerd, start: startContainerd },
  unknownHandler:
    'rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for "nothing" is configured',
});
