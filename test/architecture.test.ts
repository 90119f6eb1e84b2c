// Who may know whom, as docs/architecture.md draws it: read from the import lines of scaler/.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

interface Import {
  /** `scaler/plan/decide.ts` */
  from: string;
  /** A path of the project, or the name of a package. */
  to: string;
  isType: boolean;
}

const FILES = readdirSync(join(ROOT, 'scaler'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `scaler/${name}`);

const IMPORTS: Import[] = FILES.flatMap((from) => {
  const text = readFileSync(join(ROOT, from), 'utf8');
  const found = text.matchAll(/^(import|export) (type )?[^;]*?from '([^']+)';/gm);
  return [...found].map(([, , type, name = '']) => ({
    from,
    to: name.startsWith('.') ? normalize(join(dirname(from), name)) : name,
    isType: type !== undefined,
  }));
});

const within = (folder: string) => (path: string) => path.startsWith(`scaler/${folder}/`);
const between = (from: (path: string) => boolean, to: (path: string) => boolean) =>
  IMPORTS.filter((each) => from(each.from) && to(each.to));
const told = (imports: Import[]) => imports.map(({ from, to }) => `${from} -> ${to}`);
const valuesOf = (imports: Import[]) => imports.filter(({ isType }) => !isType);

/** Names of labels and objects: nothing happens in them. */
const WORDS = ['scaler/placeholder/labels.ts', 'scaler/placeholder/names.ts'];

describe('the folders of scaler/', () => {
  it('are all read here', () => {
    expect(FILES.length).toBeGreaterThan(100);
    expect(IMPORTS.length).toBeGreaterThan(400);
  });

  it('calendar and cluster do not know each other, nor what stands behind them', () => {
    const later = ['plan', 'placeholder', 'state', 'server', 'commands'];
    for (const folder of ['calendar', 'cluster']) {
      const others = ['calendar', 'cluster', ...later].filter((other) => other !== folder);
      for (const other of others) {
        const known = valuesOf(between(within(folder), within(other))).filter(
          ({ to }) => !WORDS.includes(to),
        );
        expect(told(known)).toEqual([]);
      }
    }
    expect(told(between(within('cluster'), within('calendar')))).toEqual([]);
    expect(told(between(within('calendar'), within('cluster')))).toEqual([]);
  });

  it('plan takes types, words and arithmetic from others, and no door to the world', () => {
    const words = [
      ...WORDS,
      'scaler/cluster/backoff.ts',
      'scaler/cluster/quantities.ts',
      'scaler/placeholder/size.ts',
      'scaler/problem.ts',
    ];
    const outside = valuesOf(IMPORTS).filter(({ from, to }) => within('plan')(from) && !within('plan')(to));
    expect(told(outside.filter(({ to }) => to.startsWith('scaler/') && !words.includes(to)))).toEqual([]);
    const packages = new Set(outside.filter(({ to }) => !to.startsWith('scaler/')).map(({ to }) => to));
    expect([...packages].filter((name) => !['luxon', 'node:util'].includes(name))).toEqual([]);
  });

  it('know neither the demo nor the tests', () => {
    expect(told(IMPORTS.filter(({ to }) => /^(examples|test)\//.test(to)))).toEqual([]);
  });

  it('a pass and a report know neither the HTTP server nor Prometheus', () => {
    const passes = ['scaler/pass.ts', 'scaler/pool-pass.ts', 'scaler/loop.ts'];
    const server = (path: string) =>
      within('server')(path) || ['fastify', 'prom-client', 'pino'].includes(path);
    expect(told(between((path) => passes.includes(path), server))).toEqual([]);
  });

  it('touch network and disk in these folders only', () => {
    const world =
      /^(node:(fs|http|https|net|dns|child_process)(\/promises)?|undici|fastify|@kubernetes\/client-node)$/;
    const folders = new Set(
      valuesOf(IMPORTS.filter(({ to }) => world.test(to))).map(({ from }) => dirname(from)),
    );
    expect([...folders].sort()).toEqual([
      // service.ts asks for a type of node:net; version.ts reads package.json.
      'scaler',
      'scaler/calendar',
      'scaler/cluster',
      'scaler/config',
      'scaler/placeholder',
      'scaler/server',
      'scaler/state',
    ]);
  });

  it('read no clock that nobody handed in', () => {
    const clocks = FILES.filter((file) =>
      /\bDate\.now\(\)|\bnew Date\(\)|performance\.now\(\)|\bsetTimeout\(/.test(
        readFileSync(join(ROOT, file), 'utf8'),
      ),
    );
    expect(clocks).toEqual([
      'scaler/clock.ts',
      // Stamps the lines.
      'scaler/log.ts',
      // Ends a process whose parts do not end in time.
      'scaler/run.ts',
      // Runs in a browser.
      'scaler/server/page-script.ts',
    ]);
  });
});
