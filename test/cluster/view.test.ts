// The whole view over real HTTP: three watches in, one snapshot out.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, connect } from '../../scaler/cluster/connection.ts';
import { createClusterView, type RunningClusterView } from '../../scaler/cluster/view.ts';
import {
  deploymentObject,
  nodeObject,
  placeholderPod,
  podObject,
  poolConfig,
} from '../support/cluster-objects.ts';
import { eventually, turns } from '../support/eventually.ts';
import { type Kubeconfig, useKubeconfig } from '../support/kubeconfig.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { type ScriptedServer, startScriptedServer, type WatchStream } from '../support/scripted-server.ts';

const SELECTOR = 'app=nps,component=placeholder';
let server: ScriptedServer;
let kubeconfig: Kubeconfig;
let connection: Connection;
let clock: ManualClock;
let view: RunningClusterView;
let changes: number;

beforeEach(async () => {
  server = await startScriptedServer();
  kubeconfig = useKubeconfig(server.url);
  connection = await connect();
  clock = manualClock();
  changes = 0;
  view = createClusterView({
    connection,
    namespace: connection.namespace,
    pools: [poolConfig('data8'), poolConfig('stat20')],
    placeholderPodLabelSelector: SELECTOR,
    clock,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    random: () => 0.5,
  });
});

afterEach(async () => {
  await view.stop();
  await connection.close();
  kubeconfig.remove();
  await server.close();
});

const look = () => view.snapshot(clock.now());
const pool = (name = 'data8') => look().pools.get(name);
const firstNode = () => pool()?.nodes[0]?.node;

interface Streams {
  nodes: WatchStream;
  pods: WatchStream;
  deployments: WatchStream;
}

async function start(
  objects: { nodes?: object[]; pods?: object[]; deployments?: object[] } = {},
): Promise<Streams> {
  view.start(() => changes++);
  const open = async (name: keyof Streams) => {
    const stream = (await server.next(name)).open();
    for (const object of objects[name] ?? []) stream.event('ADDED', object);
    stream.bookmark('100', 'endsList');
    return stream;
  };
  const streams = {
    nodes: await open('nodes'),
    pods: await open('pods'),
    deployments: await open('deployments'),
  };
  await eventually(() => look().synced, 'synced');
  changes = 0;
  return streams;
}

/** How many changes were told of by the time that this event had arrived. */
async function changesBy(stream: WatchStream, type: string, object: object): Promise<number> {
  const before = changes;
  stream.event(type, object);
  await turns();
  return changes - before;
}

describe('the snapshot', () => {
  it('is synced when all three lists have been read', async () => {
    view.start(() => {});
    const lists = [await server.next('nodes'), await server.next('pods'), await server.next('deployments')];
    for (const [i, list] of lists.entries()) {
      expect(look().synced).toBe(false);
      list.open().bookmark('1', 'endsList');
      await eventually(() => view.report(0).watches[i]?.synced === true, 'one more list');
    }
    expect(look()).toMatchObject({ synced: true, problems: [] });
  });

  it('asks for all nodes, all pods that have not ended, and the Deployments of its namespace', async () => {
    view.start(() => {});
    expect((await server.next('nodes')).query.has('labelSelector')).toBe(false);
    const pods = await server.next('pods');
    expect([pods.path, pods.query.get('fieldSelector')]).toEqual([
      '/api/v1/pods',
      'status.phase!=Succeeded,status.phase!=Failed',
    ]);
    const deployments = await server.next('deployments');
    expect([deployments.path, deployments.query.has('labelSelector')]).toEqual([
      '/apis/apps/v1/namespaces/hub/deployments',
      false,
    ]);
  });

  it('has the nodes of each pool with what is taken on them', async () => {
    await start({
      nodes: [
        nodeObject(),
        nodeObject({ name: 'node-2', cordoned: true }),
        nodeObject({ name: 'core', labels: {} }),
      ],
      pods: [
        podObject({ uid: 'a' }),
        podObject({ uid: 'b', owner: 'DaemonSet', cpu: '100m', memory: '1Gi' }),
        placeholderPod('stat20', {
          node: undefined,
          phase: 'Pending',
          nominated: 'node-1',
          cpu: '2',
          memory: '1Gi',
        }),
        podObject({ uid: 'c', node: 'core' }),
      ],
    });
    expect(pool()?.nodes).toEqual([
      {
        usable: true,
        node: {
          name: 'node-1',
          createdAtMs: Date.UTC(2026, 10, 23, 8),
          allocatable: { cpuMilli: 8000, memoryBytes: 64 * 1024 ** 3 },
          devices: {},
          requested: { cpuMilli: 3100, memoryBytes: 4 * 1024 ** 3 },
          daemonRequested: { cpuMilli: 100, memoryBytes: 1024 ** 3 },
          ordinaryPods: 1,
          placeholders: 1,
          unreadable: false,
          removalCandidate: false,
        },
      },
      { usable: false, unusable: 'cordoned', node: expect.objectContaining({ name: 'node-2' }) },
    ]);
    expect(pool('stat20')).toMatchObject({ nodes: [], placeholders: { ready: 0, pending: 1 } });
  });

  it("has the pools' Deployments, whoever made them, and no others", async () => {
    await start({
      deployments: [
        deploymentObject('data8-placeholder', {
          metadata: {
            ...deploymentObject('x').metadata,
            name: 'data8-placeholder',
            labels: { app: 'someone' },
          },
        }),
        deploymentObject('hub'),
      ],
    });
    expect(pool()?.deployment).toMatchObject({
      name: 'data8-placeholder',
      labels: { app: 'someone' },
      replicas: 2,
      readyReplicas: 1,
      deleting: false,
    });
    expect(pool('stat20')?.deployment).toBeUndefined();
    expect(view.report(0).watches.map(({ objects }) => objects)).toEqual([0, 0, 1]);
  });

  it('tells why a Deployment cannot make pods', async () => {
    const conditions = [{ type: 'ReplicaFailure', status: 'True', message: 'exceeded quota: compute' }];
    await start({ deployments: [deploymentObject('data8-placeholder', { status: { conditions } })] });
    expect(pool()?.deployment?.replicaFailure).toBe('exceeded quota: compute');
  });

  it('is live: it follows the events without being made anew', async () => {
    const { pods } = await start({ nodes: [nodeObject()] });
    const node = firstNode();
    pods.event('ADDED', podObject());
    await eventually(() => node?.ordinaryPods === 1, 'the pod');
    pods.event('DELETED', podObject());
    await eventually(() => node?.requested.cpuMilli === 0, 'its end');
  });
});

describe('a change is told', () => {
  it.each<[string, keyof Streams, string, object, boolean]>([
    ['when a pod comes to a node of a pool', 'pods', 'ADDED', podObject({ uid: 'new' }), true],
    ['when a pod asks for more', 'pods', 'MODIFIED', podObject({ uid: 'a', cpu: '2' }), true],
    ['when a pod goes', 'pods', 'DELETED', podObject({ uid: 'a' }), true],
    ['not when a pod only reports', 'pods', 'MODIFIED', podObject({ uid: 'a', ready: true }), false],
    ['not for a pod on a node of no pool', 'pods', 'ADDED', podObject({ uid: 'new', node: 'core' }), false],
    ['not for a pod without a node', 'pods', 'ADDED', podObject({ uid: 'new', node: undefined }), false],
    [
      'when one of our placeholders waits',
      'pods',
      'ADDED',
      placeholderPod('data8', { node: undefined, phase: 'Pending' }),
      true,
    ],
    ['when a node is cordoned', 'nodes', 'MODIFIED', nodeObject({ cordoned: true }), true],
    ['when a node leaves its pool', 'nodes', 'MODIFIED', nodeObject({ labels: {} }), true],
    ['when a node goes', 'nodes', 'DELETED', nodeObject(), true],
    ['not when a node only reports', 'nodes', 'MODIFIED', nodeObject(), false],
    [
      'not for a node of no pool',
      'nodes',
      'MODIFIED',
      nodeObject({ name: 'core', labels: {}, cordoned: true }),
      false,
    ],
    [
      "when a pool's Deployment changes",
      'deployments',
      'MODIFIED',
      deploymentObject('data8-placeholder', { spec: { replicas: 5 } }),
      true,
    ],
    ["when a pool's Deployment goes", 'deployments', 'DELETED', deploymentObject('data8-placeholder'), true],
    [
      'not when only its version changes',
      'deployments',
      'MODIFIED',
      deploymentObject('data8-placeholder', {
        metadata: { ...deploymentObject('data8-placeholder').metadata, resourceVersion: '99' },
      }),
      false,
    ],
    ['not for another Deployment', 'deployments', 'ADDED', deploymentObject('hub'), false],
  ])('%s', async (_name, resource, type, object, told) => {
    const streams = await start({
      nodes: [nodeObject(), nodeObject({ name: 'core', labels: {} })],
      pods: [podObject({ uid: 'a' })],
      deployments: [deploymentObject('data8-placeholder')],
    });
    expect((await changesBy(streams[resource], type, object)) > 0).toBe(told);
  });

  it('when the view becomes stale, and when it is fresh again', async () => {
    const { pods } = await start();
    pods.drop();
    await eventually(() => look().stale !== undefined, 'stale');
    expect(changes).toBe(1);
    expect(look().stale).toMatchObject({
      sinceMs: clock.now(),
      why: expect.stringMatching(/^GET \/api\/v1\/pods: /),
    });
    expect(view.report(0).watches[1]?.failing).toBe(look().stale?.why);
    await clock.advance(400);
    (await server.next()).open();
    await eventually(() => look().stale === undefined, 'fresh');
    expect(changes).toBe(2);
  });
});

describe('a number that cannot be read', () => {
  it('on a node makes it full, and is named with the value', async () => {
    await start({ nodes: [nodeObject({ allocatable: { cpu: '8', memory: '64 GB' } })] });
    expect(firstNode()?.unreadable).toBe(true);
    expect(look().problems).toMatchObject([
      {
        code: 'unreadable-quantity',
        where: 'node node-1, status.allocatable.memory',
        message: expect.stringContaining('"64 GB"'),
      },
    ]);
  });

  it('on a pod makes its node full as long as the pod is there', async () => {
    const { pods } = await start({ nodes: [nodeObject()], pods: [podObject({ memory: 'much' })] });
    expect(firstNode()?.unreadable).toBe(true);
    expect(look().problems[0]).toMatchObject({
      where: 'node node-1, pod users/jupyter-ada, container notebook, memory',
      message: 'expected a Kubernetes quantity, got "much"; the node counts as full',
    });
    pods.event('DELETED', podObject());
    await eventually(() => firstNode()?.unreadable === false, 'readable');
    expect(look().problems).toEqual([]);
  });

  it('on a pod of no pool is nobody’s problem', async () => {
    await start({ nodes: [nodeObject()], pods: [podObject({ node: 'core', memory: 'much' })] });
    expect(look().problems).toEqual([]);
  });

  it('on a thousand pods is said ten times, with the number', async () => {
    const pods = Array.from({ length: 1_000 }, (_, i) =>
      podObject({ uid: `${i}`, name: `p${i}`, memory: 'much' }),
    );
    await start({ nodes: [nodeObject()], pods });
    expect(look().problems).toHaveLength(10);
    expect(look().problems[9]?.message).toMatch(/\(and 990 more like this\)$/);
  });
});

describe('settings that change', () => {
  it('give a new pool its nodes at once', async () => {
    await start({
      nodes: [nodeObject({ labels: { pool: 'new' } })],
      deployments: [deploymentObject('new-placeholder')],
    });
    view.reconfigure({ pools: [poolConfig('new')], placeholderPodLabelSelector: SELECTOR });
    expect([...look().pools.keys()]).toEqual(['new']);
    expect(pool('new')).toMatchObject({ nodes: [{ usable: true }], deployment: { name: 'new-placeholder' } });
    expect(look().stale).toBeUndefined();
  });

  it('have the pods read again when the selector is new, and are stale until then', async () => {
    const original = podObject({
      name: 'data8-placeholder-1-2',
      namespace: 'hub',
      labels: { role: 'spare' },
    });
    await start({ nodes: [nodeObject()], pods: [original] });
    expect(firstNode()).toMatchObject({ ordinaryPods: 1, placeholders: 0 });
    view.reconfigure({ pools: [poolConfig('data8')], placeholderPodLabelSelector: 'role=spare' });
    expect(look().stale?.why).toBe('placeholderPodLabelSelector changed, reading the pods again');
    const pods = (await server.next('pods')).open();
    pods.event('ADDED', original);
    pods.bookmark('200', 'endsList');
    await eventually(() => look().stale === undefined, 'fresh');
    expect(firstNode()).toMatchObject({ ordinaryPods: 0, placeholders: 1 });
    expect(pool()?.placeholders).toEqual({ ready: 1, pending: 0 });
  });
});

it('pools that share nodes are a warning', async () => {
  await start({ nodes: [nodeObject(), nodeObject({ name: 'node-2' })] });
  const both = [poolConfig('data8'), poolConfig('all', { nodeSelector: { pool: 'data8' } })];
  view.reconfigure({ pools: both, placeholderPodLabelSelector: SELECTOR });
  expect(look().problems).toMatchObject([
    { code: 'shared-nodes', severity: 'warning', message: expect.stringContaining('share 2 nodes') },
  ]);
});

it('a node that is missing from a new list is gone, its pods are not forgotten', async () => {
  const { nodes } = await start({
    nodes: [nodeObject(), nodeObject({ name: 'node-2' })],
    pods: [podObject()],
  });
  nodes.event('ERROR', { code: 410 });
  const again = (await server.next('nodes')).open();
  again.event('ADDED', nodeObject({ name: 'node-2' }));
  again.bookmark('200', 'endsList');
  await eventually(() => pool()?.nodes.length === 1, 'one node');
  again.event('ADDED', nodeObject());
  await eventually(() => pool()?.nodes[1]?.node.ordinaryPods === 1, 'the node with its pod');
});

it('sums that drifted are found by the recount every ten minutes, corrected and counted', async () => {
  await start({ nodes: [nodeObject()], pods: [podObject()] });
  const node = firstNode();
  if (node) node.requested.cpuMilli += 5;
  await clock.advance(600_000);
  expect([node?.requested.cpuMilli, view.report(0).driftFound]).toEqual([1000, 1]);
});

it('refuses a selector that cannot be read', () => {
  const settings = { pools: [], placeholderPodLabelSelector: 'app is x' };
  expect(() => view.reconfigure(settings)).toThrow(/label selector "app is x"/);
});
