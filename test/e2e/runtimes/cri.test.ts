import { startContainerd } from '../../support/containers/containerd.ts';
import { missingContainerd } from '../../support/containers/requirements.ts';
import { podsSuite } from './pods-suite.ts';

podsSuite({ runtime: 'cri', missing: missingContainerd, start: startContainerd });
