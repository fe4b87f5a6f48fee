import { startDockerd } from '../../support/containers/dockerd.ts';
import { missingDocker } from '../../support/containers/requirements.ts';
import { podsSuite } from './pods-suite.ts';

podsSuite({
  ...{ runtime: 'docker', missing: missingDocker, start: startDockerd },
  unknownHandler: 'Error response from daemon: Unknown runtime specified nothing',
});
