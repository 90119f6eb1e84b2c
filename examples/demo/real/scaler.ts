// The scaler of a release that Helm installed, in a pod that this process plays: its own service account's token, the
// chart's values and arguments (test/cluster/scaler-pod.ts).
import { until } from '../../../test/cluster/processes.ts';
import type { ScalerPod } from '../../../test/cluster/scaler-pod.ts';
import type { ScalerDecision, ScalerProcess } from '../story/scaler-process.ts';

const POLL_MS = 250;

export function realScaler(
  pod: ScalerPod,
  { pool, onDeath }: { pool: string; onDeath(message: string): void },
): ScalerProcess {
  const running = pod.process();
  let decision: ScalerDecision | undefined;
  let asked = false;
  let poll: NodeJS.Timeout | undefined;
  void running.ended.then((how) => {
    if (!asked)
      onDeath(
        `the scaler (pid ${running.pid}) ended by ${how}; it said last:\n${running.output().slice(-500)}`,
      );
  });
  const look = async () => {
    const pools = (await pod.status())?.pools as (ScalerDecision & { pool: string })[] | undefined;
    decision = pools?.find((each) => each.pool === pool) ?? decision;
    if (!asked) poll = setTimeout(look, POLL_MS);
  };
  return {
    url: pod.log().find(({ msg }) => msg === 'listening')?.listening ?? '',
    pid: running.pid,
    decision: () => decision,
    async ready(signal) {
      await until('the scaler to be ready', async () => {
        if (signal.aborted) return true;
        return (await pod.get('/readyz')).status === 200 || undefined;
      });
      signal.throwIfAborted();
      void look();
    },
    async stop() {
      asked = true;
      clearTimeout(poll);
      await pod.terminate();
    },
    kill: () => running.signal('SIGKILL'),
  };
}
