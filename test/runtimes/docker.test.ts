import { createDockerRuntime } from '../../src/runtimes/docker/docker-runtime.ts';
import { startDockerd } from '../support/containers/dockerd.ts';
import { missingDocker } from '../support/containers/requirements.ts';
import { daemonSuite } from './daemon-suite.ts';

daemonSuite({ name: 'docker', missing: missingDocker, start: startDockerd, create: createDockerRuntime });
