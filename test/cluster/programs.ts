// The programs that a cluster consists of, with Helm: which they are, and how those that are missing are built.
import { existsSync } from 'node:fs';
import { buildTool, TOOLS, type ToolName, toolPath } from '../tools/tools.ts';

export const PROGRAMS: ToolName[] = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kwok',
  'karpenter',
  'helm',
];

/** Builds what is not there yet, and says what and how long it takes. */
export function buildMissing(say: (line: string) => void): void {
  const missing = PROGRAMS.filter((name) => !existsSync(toolPath(TOOLS[name])));
  if (missing.length === 0) return;
  say(`to be built, once, about ten minutes in all from nothing: ${missing.join(', ')}`);
  for (const name of missing) {
    const start = performance.now();
    say(`building ${name}`);
    buildTool(TOOLS[name]);
    say(`built ${name} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
}
