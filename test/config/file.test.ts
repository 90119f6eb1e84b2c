import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ReadConfig, readConfigFile, watchConfigFile } from '../../scaler/config/file.ts';
import { manualClock } from '../support/manual-clock.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'config-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const pool = (replicas: number) =>
  `nodePools: {data8: {nodeSelector: {hub.jupyter.org/pool-name: a}, replicas: ${replicas}}}\n`;

describe('reading', () => {
  test('gives the config of the file', () => {
    writeFileSync(join(dir, 'values.yaml'), pool(2));
    expect(readConfigFile(join(dir, 'values.yaml')).config?.pools[0]?.baseline).toBe(2);
  });

  test('a file that is not there is a problem, not an error', () => {
    const { config, problems } = readConfigFile(join(dir, 'values.yaml'));
    expect(config).toBeUndefined();
    expect(problems).toMatchObject([
      {
        where: join(dir, 'values.yaml'),
        message: 'expected a values file that can be read, got no such file',
      },
    ]);
  });

  test('takes Secrets from <dir>/<secret>/<key>', () => {
    mkdirSync(join(dir, 'calendars'));
    writeFileSync(join(dir, 'calendars', 'url'), 'https://calendar.example.edu/a.ics\n');
    writeFileSync(join(dir, 'values.yaml'), 'calendarUrlFrom: {secret: calendars, key: url}');
    const { config } = readConfigFile(join(dir, 'values.yaml'), { secretsDir: dir });
    expect(config?.feeds[0]?.url).toBe('https://calendar.example.edu/a.ics');
  });

  test('a Secret name cannot lead out of the folder', () => {
    mkdirSync(join(dir, 'secrets'));
    writeFileSync(join(dir, 'url'), 'https://calendar.example.edu/a.ics');
    writeFileSync(join(dir, 'values.yaml'), 'calendarUrlFrom: {secret: "..", key: url}');
    const { problems } = readConfigFile(join(dir, 'values.yaml'), { secretsDir: join(dir, 'secrets') });
    expect(problems).toMatchObject([{ code: 'missing-secret' }]);
  });
});

describe('watching', () => {
  /** A folder as the kubelet mounts a ConfigMap: values.yaml -> ..data/values.yaml, and ..data is swapped. */
  function mount(content: string): void {
    const version = mkdtempSync(join(dir, '..version-'));
    writeFileSync(join(version, 'values.yaml'), content);
    symlinkSync(version, join(dir, '..data_tmp'));
    renameSync(join(dir, '..data_tmp'), join(dir, '..data'));
  }

  function watch(content: string) {
    const path = join(dir, 'values.yaml');
    mount(content);
    symlinkSync(join('..data', 'values.yaml'), path);
    const clock = manualClock();
    const source = { path, secretsDir: join(dir, 'secrets') };
    const seen: ReadConfig[] = [];
    const { fingerprint } = readConfigFile(path, source);
    const watched = watchConfigFile({ ...source, clock, fingerprint, onChange: (read) => seen.push(read) });
    return { clock, seen, watched };
  }

  test('tells nothing while nothing changes', async () => {
    const { clock, seen } = watch(pool(1));
    await clock.advance(60_000);
    expect(seen).toEqual([]);
  });

  test('tells once of a change that the kubelet made by swapping its link', async () => {
    const { clock, seen } = watch(pool(1));
    mount(pool(2));
    await clock.advance(60_000);
    expect(seen.map((read) => read.config?.pools[0]?.baseline)).toEqual([2]);
  });

  test('tells nothing of a swap to the same content', async () => {
    const { clock, seen } = watch(pool(1));
    mount(pool(1));
    await clock.advance(60_000);
    expect(seen).toEqual([]);
  });

  test('gives a broken file as problems without a config, and the repaired one afterwards', async () => {
    const { clock, seen } = watch(pool(1));
    mount('nodePools: [');
    await clock.advance(10_000);
    mount(pool(1));
    await clock.advance(10_000);
    expect(seen.map(({ config, problems }) => [config?.pools.length, problems.length > 0])).toEqual([
      [undefined, true],
      [1, false],
    ]);
  });

  test('an emptied file is refused, not taken for values without pools', async () => {
    const { clock, seen } = watch(pool(1));
    mount('');
    await clock.advance(10_000);
    expect(seen).toMatchObject([{ problems: [{ message: expect.stringContaining('the file is empty') }] }]);
    expect(seen[0]?.config).toBeUndefined();
  });

  test('values that cannot be put in force are told as a problem, and the next ones are looked at', async () => {
    const path = join(dir, 'values.yaml');
    writeFileSync(path, pool(1));
    const clock = manualClock();
    const told: string[] = [];
    const { fingerprint } = readConfigFile(path);
    const onChange = ({ config, problems }: ReadConfig) => {
      if (config?.pools[0]?.baseline === 2) throw new SyntaxError('https://calendar.example.edu/SECRET');
      told.push(config === undefined ? problems.map(({ message }) => message).join() : 'in force');
    };
    watchConfigFile({ path, clock, fingerprint, onChange });
    writeFileSync(path, pool(2));
    await clock.advance(10_000);
    writeFileSync(path, pool(3));
    await clock.advance(10_000);
    expect(told).toEqual([
      'expected values that can be put in force, got an error (SyntaxError); the old ones stay',
      'in force',
    ]);
  });

  test('sees a Secret that appears', async () => {
    const { clock, seen } = watch('calendarUrlFrom: {secret: calendars, key: url}');
    mkdirSync(join(dir, 'secrets', 'calendars'), { recursive: true });
    writeFileSync(join(dir, 'secrets', 'calendars', 'url'), '/a.ics');
    await clock.advance(10_000);
    expect(seen.map((read) => read.config?.feeds[0]?.url)).toEqual(['/a.ics']);
  });

  test('sees a Secret that changes', async () => {
    mkdirSync(join(dir, 'secrets', 'calendars'), { recursive: true });
    writeFileSync(join(dir, 'secrets', 'calendars', 'url'), '/a.ics');
    const { clock, seen } = watch('calendarUrlFrom: {secret: calendars, key: url}');
    writeFileSync(join(dir, 'secrets', 'calendars', 'url'), '/b.ics');
    await clock.advance(10_000);
    expect(seen.map((read) => read.config?.feeds[0]?.url)).toEqual(['/b.ics']);
  });

  test('stops', async () => {
    const { clock, seen, watched } = watch(pool(1));
    watched.stop();
    mount(pool(2));
    await clock.advance(60_000);
    expect(seen).toEqual([]);
  });
});
