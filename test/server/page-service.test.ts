import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calendarOf, type Played, play } from '../support/played-service.ts';

const HOUR = 3_600_000;
const TOKEN = 'a-token-long-enough';
const folder = mkdtempSync(join(tmpdir(), 'page-service-'));
const tokenFile = join(folder, 'token');
writeFileSync(tokenFile, TOKEN);
afterAll(() => rmSync(folder, { recursive: true }));

describe('the page of a running service', () => {
  let played: Played;
  beforeEach(async () => {
    played = await play({ nodes: 2 });
    const startMs = played.clock.now() + 24 * HOUR;
    played.setCalendar(
      calendarOf([
        { title: 'Data 8 midterm', description: 'data8: 3', startMs, endMs: startMs + HOUR },
        { title: 'Lab', description: 'datta8: 3', startMs, endMs: startMs + HOUR },
      ]),
    );
  });
  afterEach(() => played.end());

  async function text(address: string): Promise<string> {
    return (await fetch(address)).text();
  }

  it('and its answer calendar say what the scaler understood', async () => {
    const service = await played.start();
    await played.until(() => (service.report()?.problems.length ?? 0) > 0, 'the calendar was read');
    const page = await text(`${service.url}/`);
    expect(page).toContain('Data 8 midterm');
    expect(page).toContain('typed: <code>datta8: 3</code>');
    expect(page).toContain('times in America/Los_Angeles');
    const answer = await text(`${service.url}/calendar.ics`);
    expect(answer).toMatch(/SUMMARY:data8: 3 nodes from \d\d:\d\d\\, asked by 'Data 8 midterm'/);
    expect(answer).toContain("SUMMARY:not understood: 'datta8: 3'\\; write data8: 3");
  });

  it('is published on a port of its own, which has nothing else and closes with the service', async () => {
    const page = { host: '127.0.0.1', port: 0, basePath: '/services/warm', tokenFile };
    const service = await played.start({ page });
    await played.until(() => service.report() !== undefined, 'the first pass');
    const asked = async (path: string) => (await fetch(`${service.pageUrl}${path}`)).status;
    expect(await asked(`/services/warm/?token=${TOKEN}`)).toBe(200);
    expect(await asked(`/services/warm/calendar.ics?token=${TOKEN}`)).toBe(200);
    expect(await asked('/services/warm/')).toBe(401);
    expect(await asked(`/metrics?token=${TOKEN}`)).toBe(404);
    expect((await fetch(`${service.url}/metrics`)).status).toBe(200);
    await Promise.all([service.stop(), played.pass(1_000)]);
    await expect(fetch(`${service.pageUrl}/`)).rejects.toThrow('fetch failed');
  });

  it('is the same on a replica that stands by, which says so', async () => {
    const leader = await played.start({ lease: true });
    await played.until(() => leader.report()?.leads === true, 'one replica leads');
    const other = await played.start({ lease: true, identity: 'replica-b' });
    await played.until(() => (other.report()?.problems.length ?? 0) > 0, 'the other has read the calendar');
    expect(await text(`${leader.url}/`)).not.toContain('This replica stands by');
    const page = await text(`${other.url}/`);
    expect(page).toContain('This replica stands by');
    expect(page).toContain('Data 8 midterm');
  });
});

describe('the command line', () => {
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scaler/main.ts', ...args], {
      cwd: join(import.meta.dirname, '..', '..'),
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };
  const values = join(folder, 'values.yaml');
  const calendar = join(folder, 'class.ics');
  writeFileSync(
    values,
    'calendarTimezone: America/Los_Angeles\nleadTime: 10m\nnodePools:\n  data8: {nodeSelector: {pool: data8}}\n',
  );
  const startMs = Date.UTC(2026, 10, 23, 17);
  writeFileSync(
    calendar,
    calendarOf([
      { title: 'Data 8 midterm', description: 'data8: 3\\ndata8 3', startMs, endMs: startMs + HOUR },
    ]),
  );

  it('prints the answer calendar with plan --output ics', () => {
    const span = ['--from', '2026-11-23', '--to', '2026-11-24'];
    const { status, stdout } = run(
      'plan',
      '--values',
      values,
      '--calendar',
      calendar,
      ...span,
      '--output',
      'ics',
    );
    expect(stdout).toMatch(/^BEGIN:VCALENDAR\r\nVERSION:2.0\r\n/);
    expect(stdout).toContain("SUMMARY:data8: 3 nodes from 08:50\\, asked by 'Data 8 midterm'");
    expect(stdout).toContain("SUMMARY:not understood: 'data8 3'\\; write data8: 3");
    expect(stdout).toMatch(/END:VCALENDAR\r\n$/);
    expect(status).toBe(1);
  });
  it('publishes no page without a token', () => {
    expect(run('run', '--values', values, '--page-port', '0')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('expected --page-token-file FILE beside it'),
    });
  });
});
