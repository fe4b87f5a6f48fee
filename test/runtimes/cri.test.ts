import { createCriRuntime } from '../../src/runtimes/cri/cri-runtime.ts';
import { startContainerd } from '../support/containers/containerd.ts';
import { missingContainerd } from '../support/containers/requirements.ts';
import { daemonSuite } from './daemon-suite.ts';

daemonSuite({ name: 'cri', missing: missingContainerd, start: startContainerd, create: createCriRuntime });
