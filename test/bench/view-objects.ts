// Synthetic nodes and pods with the size and shape of real ones, as JSON text. A template is made once and the few
// parts that differ are put in between its pieces, which takes about a microsecond.

const MARKS = {
  i: '__I__',
  node: '__NODE__',
  version: '__VERSION__',
  pool: '__POOL__',
  ns: '__NS__',
  uid: '__UID__',
};

type Values = Record<keyof typeof MARKS, string>;

function template(object: unknown): (values: Values) => string {
  const keys = Object.keys(MARKS) as (keyof Values)[];
  const pieces = JSON.stringify(object).split(new RegExp(`(${Object.values(MARKS).join('|')})`));
  const parts = pieces.map((piece) => keys.find((key) => MARKS[key] === piece) ?? { piece });
  return (values) => {
    let text = '';
    for (const part of parts) text += typeof part === 'string' ? values[part] : part.piece;
    return text;
  };
}

function managedFields(manager: string, paths: number): object {
  const fields: Record<string, object> = {};
  for (let i = 0; i < paths; i++)
    fields[`k:{"name":"FIELD_${i}"}`] = { '.': {}, 'f:name': {}, 'f:value': {} };
  return {
    manager,
    operation: 'Update',
    apiVersion: 'v1',
    time: '2026-11-01T08:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:metadata': { 'f:labels': { '.': {} } }, 'f:spec': fields },
  };
}

function range<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

const pod = template({
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: {
    name: `jupyter-user-${MARKS.i}`,
    namespace: MARKS.ns,
    uid: MARKS.uid,
    resourceVersion: MARKS.version,
    creationTimestamp: '2026-11-01T08:00:00Z',
    labels: {
      app: 'jupyterhub',
      component: 'singleuser-server',
      'hub.jupyter.org/username': `user-${MARKS.i}`,
      'app.kubernetes.io/managed-by': 'kubespawner',
      release: 'datahub',
      chart: 'jupyterhub-4.1.0',
      heritage: 'jupyterhub',
    },
    annotations: { 'hub.jupyter.org/username': `user-${MARKS.i}`, 'checksum/config': 'f'.repeat(64) },
    ownerReferences: [],
    managedFields: [managedFields('OpenAPI-Generator', 18), managedFields('kubelet', 9)],
  },
  spec: {
    volumes: range(4, (i) => ({
      name: `volume-${i}`,
      persistentVolumeClaim: { claimName: `home-${MARKS.i}-${i}` },
    })),
    containers: [
      {
        name: 'notebook',
        image: 'us-central1-docker.pkg.dev/datahub/user-images/primary-user-image:0123456789ab',
        args: ['jupyterhub-singleuser', '--ServerApp.ip=0.0.0.0'],
        env: range(24, (i) => ({ name: `JUPYTERHUB_SETTING_${i}`, value: `https://hub.example.org/${i}` })),
        resources: { limits: { memory: '2Gi' }, requests: { cpu: '50m', memory: '1Gi' } },
        volumeMounts: range(4, (i) => ({ name: `volume-${i}`, mountPath: `/home/jovyan/${i}` })),
        terminationMessagePath: '/dev/termination-log',
        imagePullPolicy: 'IfNotPresent',
      },
    ],
    restartPolicy: 'OnFailure',
    nodeName: `node-${MARKS.node}`,
    nodeSelector: { 'hub.jupyter.org/pool-name': 'pool' },
    tolerations: range(5, (i) => ({
      key: `example.org/taint-${i}`,
      operator: 'Exists',
      effect: 'NoSchedule',
    })),
    schedulerName: 'default-scheduler',
  },
  status: {
    phase: 'Running',
    conditions: ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map(
      (type) => ({
        type,
        status: 'True',
        lastProbeTime: null,
        lastTransitionTime: '2026-11-01T08:00:05Z',
      }),
    ),
    hostIP: '10.0.0.1',
    podIP: '10.1.0.1',
    startTime: '2026-11-01T08:00:00Z',
    containerStatuses: [
      {
        name: 'notebook',
        state: { running: { startedAt: '2026-11-01T08:00:04Z' } },
        ready: true,
        restartCount: 0,
        image: 'us-central1-docker.pkg.dev/datahub/user-images/primary-user-image:0123456789ab',
        imageID: `sha256:${'a'.repeat(64)}`,
        containerID: `containerd://${'b'.repeat(64)}`,
        resources: { limits: { memory: '2Gi' }, requests: { cpu: '50m', memory: '1Gi' } },
        allocatedResources: { cpu: '50m', memory: '1Gi' },
      },
    ],
    qosClass: 'Burstable',
  },
});

const node = template({
  kind: 'Node',
  apiVersion: 'v1',
  metadata: {
    name: `node-${MARKS.i}`,
    uid: MARKS.uid,
    resourceVersion: MARKS.version,
    creationTimestamp: '2026-11-01T07:00:00Z',
    labels: {
      'hub.jupyter.org/pool-name': `${MARKS.pool}-pool`,
      'hub.jupyter.org/node-purpose': 'user',
      'kubernetes.io/hostname': `node-${MARKS.i}`,
      ...Object.fromEntries(range(24, (i) => [`cloud.example.org/label-${i}`, `value-${i}`])),
    },
    annotations: Object.fromEntries(
      range(8, (i) => [`csi.example.org/annotation-${i}`, `{"id":"${MARKS.i}"}`]),
    ),
    managedFields: [managedFields('kubelet', 40), managedFields('cloud-controller-manager', 20)],
  },
  spec: {
    podCIDR: '10.1.0.0/24',
    providerID: `gce://project/us-central1-b/node-${MARKS.i}`,
    taints: [{ key: 'hub.jupyter.org_dedicated', value: 'user', effect: 'NoSchedule' }],
  },
  status: {
    capacity: { cpu: '8', memory: '65843120Ki', pods: '110' },
    allocatable: { cpu: '7910m', memory: '60055468Ki', pods: '110', 'ephemeral-storage': '47093746742' },
    conditions: ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map((type) => ({
      type,
      status: type === 'Ready' ? 'True' : 'False',
      lastHeartbeatTime: '2026-11-01T08:00:00Z',
      lastTransitionTime: '2026-11-01T07:00:00Z',
      reason: 'KubeletHasSufficientMemory',
      message: 'kubelet has sufficient memory available',
    })),
    images: range(50, (i) => ({
      names: [`us-central1-docker.pkg.dev/datahub/image-${i}@sha256:${'c'.repeat(64)}`],
      sizeBytes: 123_456_789 + i,
    })),
  },
});

function uid(kind: number, index: number): string {
  const hex = index.toString(16).padStart(12, '0');
  return `0000000${kind}-aaaa-4bbb-8ccc-${hex}`;
}

export function podText(p: { index: number; node: number; version: number; namespace?: string }): string {
  return pod({
    i: String(p.index),
    node: String(p.node),
    version: String(p.version),
    pool: '',
    ns: p.namespace ?? 'datahub',
    uid: uid(1, p.index),
  });
}

export function nodeText(n: { index: number; pool: string; version: number }): string {
  return node({
    i: String(n.index),
    node: '',
    version: String(n.version),
    pool: n.pool,
    ns: '',
    uid: uid(2, n.index),
  });
}
