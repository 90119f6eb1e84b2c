// The hub of a simulated cluster: makes and deletes server pods in its store.
import { admit } from '../api/admit.ts';
import { deleteObject } from '../api/deletion.ts';
import type { Pod } from '../api/objects.ts';
import type { Store } from '../api/store.ts';
import type { Hub } from '../story/attendance.ts';
import { nameOf, serverPod, studentOf } from '../story/server-pod.ts';
import { SERVER } from '../story/story.ts';

export const HUB_NAMESPACE = 'hub';

export function simulatedHub(store: Store, pool: string): Hub {
  return {
    start(student) {
      const { metadata, spec } = serverPod(student, { nodeLabel: pool, requests: SERVER });
      const pod = {
        metadata: { namespace: HUB_NAMESPACE, ...metadata },
        spec,
        status: { phase: 'Pending' },
      } as unknown as Pod;
      admit('pods', { object: pod, store });
      store.create('pods', pod);
    },
    stop(student) {
      deleteObject(store, 'pods', { namespace: HUB_NAMESPACE, name: nameOf(student) });
    },
    onRunning: (tell) =>
      store.subscribe(({ resource, object }) => {
        if (resource !== 'pods' || object.metadata.namespace !== HUB_NAMESPACE) return;
        if ((object as Pod).status.phase === 'Running') tell(studentOf(object.metadata.name));
      }),
  };
}
