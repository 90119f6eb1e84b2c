// The hub on a real control plane: makes and deletes server pods through the API server.
import type { Api } from '../../../test/cluster/api.ts';
import type { Followed } from '../../../test/cluster/follow.ts';
import type { Hub } from '../story/attendance.ts';
import { nameOf, serverPod, studentOf } from '../story/server-pod.ts';
import { SERVER_ON_REAL } from './story.ts';

export interface RealHubOptions {
  api: Pick<Api, 'call'>;
  namespace: string;
  nodeLabel: string;
  /** The namespace's pods. */
  pods: Pick<Followed, 'onChange'>;
  /** A student could not be let in or out. */
  onFailure(message: string): void;
}

export function realHub({ api, namespace, nodeLabel, pods, onFailure }: RealHubOptions): Hub {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const ask = (what: string, call: Promise<unknown>) => {
    call.catch((error: Error) => onFailure(`the hub could not ${what}: ${error.message}`));
  };
  return {
    start(student) {
      const body = serverPod(student, { nodeLabel, requests: SERVER_ON_REAL });
      ask(`start a server for ${student}`, api.call('POST', path, { body }));
    },
    stop(student) {
      // A server may be gone already: its machine went.
      const gone = api.call('DELETE', `${path}/${nameOf(student)}`, { allow: [404] });
      ask(`stop the server of ${student}`, gone);
    },
    onRunning: (tell) =>
      pods.onChange(({ metadata, status }) => {
        if (status.phase === 'Running') tell(studentOf(metadata.name));
      }),
  };
}
