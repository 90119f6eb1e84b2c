// Simulated machines for the control plane: kwok plays the kubelets, Karpenter with its kwok provider is a real
// autoscaler that makes and removes them. Two node pools with zero-to-jupyterhub's label and taint.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { buildTool, TOOLS, type ToolName, toolFolder } from '../tools/tools.ts';
import type { ControlPlane } from './control-plane.ts';
import { freePorts, type Running, until } from './processes.ts';

export interface NodePool {
  /** Value of the label hub.jupyter.org/pool-name. */
  name: string;
  cpu: string;
  memory: string;
  pods?: string;
}

export const NODE_POOLS: NodePool[] = [
  { name: 'data8', cpu: '8', memory: '64Gi' },
  { name: 'stat20', cpu: '16', memory: '128Gi' },
];

export interface NodesOptions {
  /** Absent: data8 and stat20. Empty: none yet, for `createNodePool`. */
  pools?: NodePool[];
  /** From the order of a machine to its node, whole seconds; a real one takes minutes. */
  bootSeconds?: number;
  /** From the last pod's going to the node's removal. */
  emptySeconds?: number;
}

export interface Nodes {
  kwok: Running;
  karpenter: Running;
}

/** Starts kwok alone: nodes that a test creates itself become Ready, pods on them run. */
export function startKwok(cluster: ControlPlane): Running {
  const stages = join(cluster.folder, 'stages.yaml');
  const from = join(moduleFolder('kwok', 'sigs.k8s.io/kwok'), 'kustomize', 'stage');
  const files = ['node/fast', 'node/heartbeat-with-lease', 'pod/fast'].flatMap((folder) =>
    readdirSync(join(from, folder))
      .filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml')
      .map((file) => readFileSync(join(from, folder, file), 'utf8')),
  );
  writeFileSync(stages, files.join('\n---\n'));
  return cluster.startProgram({
    name: 'kwok',
    command: buildTool(TOOLS.kwok),
    args: [
      `--kubeconfig=${cluster.kubeconfig}`,
      `--config=${stages}`,
      '--manage-all-nodes=true',
      '--node-lease-duration-seconds=40',
    ],
  });
}

export async function startNodes(cluster: ControlPlane, options: NodesOptions = {}): Promise<Nodes> {
  const { pools = NODE_POOLS, bootSeconds = 5, emptySeconds = 10 } = options;
  const sizes = pools.length > 0 ? pools : NODE_POOLS;
  const kwok = startKwok(cluster);
  await applyCrds(cluster);
  const [metrics, health] = (await freePorts(2)) as [number, number];
  const types = join(cluster.folder, 'instance-types.json');
  writeFileSync(types, JSON.stringify(sizes.map(instanceType)));
  const karpenter = cluster.startProgram({
    name: 'karpenter',
    command: buildTool(TOOLS.karpenter),
    args: [`--instance-types-file-path=${types}`],
    env: {
      ...process.env,
      KUBECONFIG: cluster.kubeconfig,
      DISABLE_LEADER_ELECTION: 'true',
      METRICS_PORT: String(metrics),
      HEALTH_PROBE_PORT: String(health),
      SYSTEM_NAMESPACE: 'kube-system',
      BATCH_IDLE_DURATION: '500ms',
      BATCH_MAX_DURATION: '2s',
    },
  });
  await cluster.call('POST', '/apis/karpenter.kwok.sh/v1alpha1/kwoknodeclasses', {
    body: {
      apiVersion: 'karpenter.kwok.sh/v1alpha1',
      kind: 'KWOKNodeClass',
      metadata: { name: 'default' },
      spec: { nodeRegistrationDelay: `${bootSeconds}s` },
    },
  });
  for (const pool of pools) {
    await createNodePool(cluster, { name: pool.name, instanceType: pool.name, emptySeconds });
  }
  return { kwok, karpenter };
}

/** A further pool, of machines that `startNodes` was given (data8 and stat20 when it was given none). */
export async function createNodePool(
  cluster: Pick<ControlPlane, 'call'>,
  pool: PoolOfMachines,
): Promise<void> {
  await cluster.call('POST', '/apis/karpenter.sh/v1/nodepools', { body: nodePool(pool) });
}

export interface PoolOfMachines {
  /** Value of the label hub.jupyter.org/pool-name. */
  name: string;
  instanceType: string;
  emptySeconds: number;
}

function nodePool({ name, instanceType, emptySeconds }: PoolOfMachines): object {
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name },
    spec: {
      disruption: {
        consolidationPolicy: 'WhenEmpty',
        consolidateAfter: `${emptySeconds}s`,
        budgets: [{ nodes: '100%' }],
      },
      template: {
        metadata: { labels: { 'hub.jupyter.org/pool-name': name } },
        spec: {
          nodeClassRef: { group: 'karpenter.kwok.sh', kind: 'KWOKNodeClass', name: 'default' },
          expireAfter: 'Never',
          taints: [{ key: 'hub.jupyter.org/dedicated', value: 'user', effect: 'NoSchedule' }],
          requirements: [
            { key: 'node.kubernetes.io/instance-type', operator: 'In', values: [instanceType] },
            { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['on-demand'] },
          ],
        },
      },
    },
  };
}

function instanceType({ name, cpu, memory, pods = '110' }: NodePool): object {
  const requirement = (key: string, value: string) => ({ key, operator: 'In', values: [value] });
  return {
    name,
    offerings: [
      {
        Price: 0.5,
        Available: true,
        Requirements: [
          requirement('karpenter.sh/capacity-type', 'on-demand'),
          requirement('topology.kubernetes.io/zone', 'zone-a'),
        ],
      },
    ],
    architecture: 'amd64',
    operatingSystems: ['linux'],
    resources: { cpu, memory, pods, 'ephemeral-storage': '100Gi' },
  };
}

async function applyCrds(cluster: ControlPlane): Promise<void> {
  const from = moduleFolder('karpenter', 'sigs.k8s.io/karpenter');
  for (const folder of ['pkg/apis/crds', 'kwok/apis/crds']) {
    for (const file of readdirSync(join(from, folder)).filter((name) => name.endsWith('.yaml'))) {
      for (const document of parseAllDocuments(readFileSync(join(from, folder, file), 'utf8'))) {
        const body = document.toJS() as { metadata: { name: string } } | null;
        if (body === null) continue;
        const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
        await cluster.call('POST', path, { body });
        await until(`CRD ${body.metadata.name}`, async () => {
          const crd = await cluster.call('GET', `${path}/${body.metadata.name}`);
          const { conditions = [] } = crd.status as { conditions?: { type: string; status: string }[] };
          return conditions.some((c) => c.type === 'Established' && c.status === 'True') || undefined;
        });
      }
    }
  }
}

/** Where Go keeps a module's source: it holds the CRDs and stages that belong to the version. */
function moduleFolder(tool: ToolName, module: string): string {
  return execFileSync('go', ['list', '-m', '-f', '{{.Dir}}', module], {
    cwd: toolFolder(TOOLS[tool]),
    encoding: 'utf8',
  }).trim();
}
