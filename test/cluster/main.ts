// `npm run cluster`: a Kubernetes on this machine, with an autoscaler and two node pools, until Ctrl-C. Builds the
// programs that are missing first. What it started ends with it; what a crash left is cleared away by the next start.
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { TOOLS, toolPath } from '../tools/tools.ts';
import { newClusterFolder } from './cluster-folder.ts';
import { startControlPlane } from './control-plane.ts';
import { NODE_POOLS, startNodes } from './nodes.ts';
import { buildMissing } from './programs.ts';

const { values } = parseArgs({
  options: {
    'boot-seconds': { type: 'string', default: '20' },
    'empty-seconds': { type: 'string', default: '30' },
  },
});

function seconds(name: keyof typeof values): number {
  const number = Number(values[name]);
  if (Number.isInteger(number) && number > 0) return number;
  console.error(`expected whole seconds from 1 up, got --${name}=${values[name]}; write it as --${name}=20`);
  process.exit(2);
}

const bootSeconds = seconds('boot-seconds');
const emptySeconds = seconds('empty-seconds');
const since = (start: number) => `${((performance.now() - start) / 1000).toFixed(1)} s`;

buildMissing(console.log);

const stopAsked = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
});
const folder = newClusterFolder();
const start = performance.now();
let exitCode = 0;
try {
  const cluster = await startControlPlane({ folder });
  try {
    const nodes = await startNodes(cluster, { bootSeconds, emptySeconds });
    const pools = NODE_POOLS.map(({ name, cpu, memory }) => `${name} (${cpu} CPU, ${memory})`).join(', ');
    console.log(`started in ${since(start)}; node pools: ${pools}; a node takes ${bootSeconds} s to boot`);
    console.log(`helm: ${toolPath(TOOLS.helm)}; logs: ${folder}/processes`);
    console.log(`export KUBECONFIG=${cluster.kubeconfig}`);
    const parts = [
      ...(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const).map(cluster.part),
      nodes.kwok,
      nodes.karpenter,
    ];
    const ended = parts.map(async (part) => {
      const code = await part.ended;
      return `${part.name} ended (${code}): ${part.output().slice(-2_000)}`;
    });
    const broken = await Promise.race([stopAsked, ...ended]);
    if (typeof broken === 'string') {
      console.error(broken);
      exitCode = 1;
    }
  } finally {
    await cluster.stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log('stopped');
process.exit(exitCode);
