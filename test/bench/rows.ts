// What a bench answers, and the arithmetic they share.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const DOCKERFILE = join(import.meta.dirname, '..', '..', 'Dockerfile');

export interface BenchRow {
  what: string;
  measured: string;
  mustReach: string;
  reached: boolean;
}

export function median(numbers: number[]): number {
  return percentile(numbers, 0.5);
}

/** The smallest number that is not below the share `p` of all (nearest rank). */
export function percentile(numbers: number[], p: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? Number.NaN;
}

/** The V8 flags that the image starts the scaler with. */
export function imageFlags(): string[] {
  const dockerfile = readFileSync(DOCKERFILE, 'utf8');
  const entrypoint = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]';
  return (JSON.parse(entrypoint) as string[]).filter((word) => word.startsWith('--'));
}

/** Environment variables of the image, which bound the allocator beside V8. */
export function imageEnvironment(): Record<string, string> {
  const dockerfile = readFileSync(DOCKERFILE, 'utf8');
  const words = [...dockerfile.matchAll(/^ENV (.+)$/gm)].flatMap(([, line = '']) => line.split(/\s+/));
  return Object.fromEntries(words.map((word) => word.split('=', 2) as [string, string]));
}
