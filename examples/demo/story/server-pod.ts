// A student's server as KubeSpawner makes it: a bare pod, without a controller.
import { SERVER_IMAGE } from './story.ts';

export interface ServerOptions {
  /** Value of the node label hub.jupyter.org/pool-name. */
  nodeLabel: string;
  requests: Record<string, string>;
}

export const nameOf = (student: string) => `jupyter-${student}`;
export const studentOf = (pod: string) => pod.replace(/^jupyter-/, '');

export function serverPod(student: string, { nodeLabel, requests }: ServerOptions) {
  const tolerations = ['hub.jupyter.org/dedicated', 'hub.jupyter.org_dedicated'].map((key) => ({
    key,
    operator: 'Equal' as const,
    value: 'user',
    effect: 'NoSchedule',
  }));
  return {
    metadata: {
      name: nameOf(student),
      labels: {
        app: 'jupyterhub',
        component: 'singleuser-server',
        'app.kubernetes.io/component': 'singleuser-server',
        'hub.jupyter.org/username': student,
      },
    },
    spec: {
      nodeSelector: { 'hub.jupyter.org/pool-name': nodeLabel },
      tolerations,
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'notebook', image: SERVER_IMAGE, resources: { requests: { ...requests } } }],
    },
  };
}
