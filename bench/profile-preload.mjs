// Loaded into a measured server by --profile: a CPU profile of its life after the start, written when it ends. Node's
// own --cpu-prof is not allowed in NODE_OPTIONS, and loading modules would be half of a short run's profile.
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { join } from 'node:path';

const STARTED_MS = 5_000;

const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.setSamplingInterval', { interval: 500 });
setTimeout(() => session.post('Profiler.start'), STARTED_MS).unref();
process.once('exit', () => {
  session.post('Profiler.stop', (error, result) => {
    // With an error it ended before the profile began.
    if (error === null) {
      writeFileSync(
        join(process.env.BENCH_PROFILE_FOLDER, `server-${process.pid}.cpuprofile`),
        JSON.stringify(result.profile),
      );
    }
  });
});
