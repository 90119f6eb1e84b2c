// The programs that some tests need and npm cannot bring: each is a Go program with its own go.mod beside this file, built
// once into a cache outside the project. Answers where a program is, builds it, and tells a test whether it can run.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface Tool {
  name: string;
  /** Folder beside this file that holds the go.mod; the name when absent. */
  folder?: string;
  /** What `go build` is asked for. */
  goPackage: string;
  ldflags?: string;
}

/** Without these the API server calls itself v0.0.0-master and clients refuse it. */
const KUBERNETES_VERSION = 'v1.36.3';
const KUBERNETES_FLAGS = [
  `-X k8s.io/component-base/version.gitVersion=${KUBERNETES_VERSION}`,
  '-X k8s.io/component-base/version.gitMajor=1',
  '-X k8s.io/component-base/version.gitMinor=36',
].join(' ');

function kubernetes(name: string): Tool {
  return {
    name,
    folder: 'kubernetes',
    goPackage: `k8s.io/kubernetes/cmd/${name}`,
    ldflags: KUBERNETES_FLAGS,
  };
}

export const TOOLS = {
  helm: { name: 'helm', goPackage: 'helm.sh/helm/v4/cmd/helm' },
  strict: { name: 'strict', goPackage: '.' },
  etcd: { name: 'etcd', goPackage: 'go.etcd.io/etcd/server/v3' },
  'kube-apiserver': kubernetes('kube-apiserver'),
  'kube-controller-manager': kubernetes('kube-controller-manager'),
  'kube-scheduler': kubernetes('kube-scheduler'),
  kwok: { name: 'kwok', goPackage: 'sigs.k8s.io/kwok/cmd/kwok' },
  karpenter: { name: 'karpenter', goPackage: 'sigs.k8s.io/karpenter/kwok' },
} satisfies Record<string, Tool>;

export type ToolName = keyof typeof TOOLS;

/** Folder with the tool's go.mod. */
export function toolFolder(tool: Tool): string {
  return join(import.meta.dirname, tool.folder ?? tool.name);
}

/** Where the program is, or will be: the path changes with whatever it is made from. */
export function toolPath(tool: Tool): string {
  const folder = toolFolder(tool);
  const hash = createHash('sha256').update(JSON.stringify(tool));
  for (const file of readdirSync(folder).sort()) {
    if (/\.(go|mod|sum)$/.test(file)) hash.update(`${file}\0`).update(readFileSync(join(folder, file)));
  }
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const key = `${process.platform}-${process.arch}-${hash.digest('hex').slice(0, 12)}`;
  return join(cache, 'node-placeholder-scaler', 'tools', `${tool.name}-${key}`);
}

/** Builds the program unless it is there; throws with Go's own words. */
export function buildTool(tool: Tool): string {
  const path = toolPath(tool);
  if (existsSync(path)) return path;
  mkdirSync(join(path, '..'), { recursive: true });
  const partial = `${path}.${process.pid}`;
  const go = [
    'go',
    'build',
    '-trimpath',
    '-ldflags',
    `-s -w ${tool.ldflags ?? ''}`,
    '-o',
    partial,
    tool.goPackage,
  ];
  const built = spawnSync('nice', ['-n', '10', ...go], {
    cwd: toolFolder(tool),
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly', GOTOOLCHAIN: 'local' },
    stdio: ['ignore', 'inherit', 'pipe'],
    encoding: 'utf8',
  });
  if (built.status !== 0) {
    throw new Error(
      `building ${tool.name} needs Go 1.26 or newer and failed: ${built.error ?? built.stderr}`,
    );
  }
  renameSync(partial, path);
  return path;
}

/**
 * For a test: the program's path, or undefined when it is not built, and the test is to be skipped with `howToBuild`.
 * With CI=true it is built, and a failure fails the test.
 */
export function toolForTest(name: ToolName): string | undefined {
  const tool: Tool = TOOLS[name];
  if (process.env.CI === 'true') return buildTool(tool);
  const path = toolPath(tool);
  return existsSync(path) ? path : undefined;
}

export const howToBuild = (...names: string[]) => `not built, build with: npm run tools ${names.join(' ')}`;
