// Writes the files that are made from the code: chart/values.schema.json, the dashboard for Grafana, docs/values.md and
// docs/metrics.md. With --check it writes nothing and exits 1 when one of them is out of date.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { dashboardText } from '../../chart/dashboards/source/dashboard.ts';
import { metricsReference } from '../server/metrics-reference.ts';
import { valuesJsonSchema } from './json-schema.ts';
import { valuesReference } from './reference.ts';

/** Path from the project's root -> content. */
export function generatedFiles(): Record<string, string> {
  return {
    'chart/values.schema.json': `${JSON.stringify(valuesJsonSchema(), null, 2)}\n`,
    'chart/dashboards/node-placeholder-scaler.json': dashboardText(),
    'docs/values.md': valuesReference(valuesJsonSchema()),
    'docs/metrics.md': metricsReference(),
  };
}

/** The files that differ from what is on disk. */
export function outdatedFiles(root: string): string[] {
  return Object.entries(generatedFiles())
    .filter(([path, content]) => readOr(join(root, path), '') !== content)
    .map(([path]) => path);
}

function readOr(path: string, fallback: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return fallback;
  }
}

function main(check: boolean): number {
  const root = join(import.meta.dirname, '..', '..');
  const outdated = outdatedFiles(root);
  for (const path of outdated) {
    if (check) console.error(`${path} is out of date: run  npm run generate`);
    else {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), generatedFiles()[path] as string);
      console.log(`wrote ${path}`);
    }
  }
  return check && outdated.length > 0 ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.exitCode = main(process.argv.includes('--check'));
