// The examples of docs/check.md, used as they say: the hook in a repository of its own, and every step of the workflow.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { version } from '../../scaler/version.ts';
import { MAIN, ROOT } from '../support/command.ts';

const GOOD = `
nodePools:
  data8:
    nodeSelector: {hub.jupyter.org/pool-name: data8-pool}
`;
const BAD = GOOD.replace('nodeSelector', 'nodeSelectr');
const CHECK = `'${process.execPath}' '${MAIN}' check`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-examples-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

describe('the git hook', () => {
  const environment = {
    ...process.env,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    ...Object.fromEntries(
      ['AUTHOR', 'COMMITTER'].flatMap((who) => [
        [`GIT_${who}_NAME`, 'Ada'],
        [`GIT_${who}_EMAIL`, 'ada@example.edu'],
      ]),
    ),
  };
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: folder, env: environment, encoding: 'utf8' });
  const commit = (...args: string[]) => {
    const options = { cwd: folder, env: environment, encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync(
      'git',
      ['commit', '--quiet', '--message', 'x', ...args],
      options,
    );
    return { status, said: stdout + stderr };
  };

  beforeEach(() => {
    git('init', '--quiet');
    git('config', 'node-placeholder-scaler.check', CHECK);
    mkdirSync(join(folder, '.git', 'hooks'), { recursive: true });
    cpSync(join(ROOT, 'examples', 'checks', 'pre-commit'), join(folder, '.git', 'hooks', 'pre-commit'));
  });

  it('lets good values pass, and refuses bad ones with file, line and a right example', () => {
    write('values.yaml', GOOD);
    git('add', '.');
    expect(commit()).toEqual({ status: 0, said: expect.stringContaining('values.yaml: no problems') });
    write('values.yaml', BAD);
    const { status, said } = commit('--all');
    expect(said).toContain('nodePools.data8.nodeSelectr (values.yaml line 4)');
    expect(said).toContain('did you mean "nodeSelector"?');
    expect(status).toBe(1);
    expect(git('log', '--oneline').trim().split('\n')).toHaveLength(1);
  });

  it('looks at what is staged, not at what lies around', () => {
    write('values.yaml', BAD);
    git('add', '.');
    write('values.yaml', GOOD);
    expect(commit().status).toBe(1);
    git('add', '.');
    write('values.yaml', BAD);
    expect(commit().status).toBe(0);
  });

  it('says nothing about a commit that touches no values', () => {
    write('values.yaml', BAD);
    write('notes.md', 'x');
    git('add', 'notes.md');
    expect(commit()).toEqual({ status: 0, said: '' });
  });

  it('takes several files per release, in their order, and several releases', () => {
    git('config', '--add', 'node-placeholder-scaler.values', 'common.yaml,one.yaml');
    git('config', '--add', 'node-placeholder-scaler.values', 'common.yaml,two.yaml');
    write('common.yaml', GOOD);
    write('one.yaml', 'nodePools: {data8: {replicas: 1}}\n');
    write('two.yaml', 'nodePools: {data8: {replicas: many}}\n');
    git('add', '.');
    const { status, said } = commit();
    expect(said).toContain('common.yaml, one.yaml: no problems');
    expect(said).toContain('nodePools.data8.replicas (two.yaml line 1)');
    expect(status).toBe(1);
  });

  it('refuses when the check itself cannot run, and --no-verify gets past it', () => {
    git('config', 'node-placeholder-scaler.check', 'no-such-program');
    write('values.yaml', GOOD);
    git('add', '.');
    const { status, said } = commit();
    expect(said).toContain('no-such-program');
    expect(status).toBe(1);
    expect(commit('--no-verify').status).toBe(0);
  });
});

describe('the GitHub workflow', () => {
  const text = readFileSync(join(ROOT, 'examples', 'checks', 'github-actions.yaml'), 'utf8');
  const workflow = parse(text) as {
    on: Record<string, unknown>;
    jobs: Record<string, { steps: { run?: string; uses?: string; env?: Record<string, string> }[] }>;
  };

  /** Runs the steps of a job in the folder; `docker run IMAGE` becomes what the image runs. */
  function play(job: string) {
    const script = (workflow.jobs[job]?.steps ?? [])
      .flatMap(({ run }) => run ?? [])
      .map((run) =>
        run.replace(
          `docker run --rm --volume "$PWD:/values:ro" --workdir /values REGISTRY/node-placeholder-scaler:${version()} check`,
          CHECK,
        ),
      );
    expect(script.join('\n')).not.toContain('docker');
    const env = { ...process.env, CALENDAR_URL: join(ROOT, 'examples', 'calendars', 'typos.ics') };
    const shell = ['-e', '-c', script.join('\n')];
    const { status, stdout } = spawnSync('bash', shell, { cwd: folder, env, encoding: 'utf8' });
    return { status, stdout };
  }

  it('annotates what is wrong with the values of a pull request, and passes good ones', () => {
    write('common.yaml', GOOD);
    write('hub.yaml', 'nodePools: {data8: {replicas: many}}\n');
    const bad = play('values');
    expect(bad.stdout).toMatch(/^::error file=hub\.yaml,line=1::nodePools\.data8\.replicas/);
    expect(bad.status).toBe(1);
    write('hub.yaml', 'calendarUrlFrom: {secret: warm-nodes, key: url}\n');
    expect(play('values')).toMatchObject({ status: 0 });
  });

  it('reads the calendars with the Secret that it was given', () => {
    write('common.yaml', GOOD);
    write('hub.yaml', 'calendarUrlFrom: {secret: warm-nodes, key: url}\n');
    expect(play('calendars').stdout).toContain("common.yaml, hub.yaml, calendar 'calendar': ");
    rmSync(join(folder, 'secrets'), { recursive: true });
  });
});
