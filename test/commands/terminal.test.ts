// What people see: the commands on a terminal of their own, and beside it in a pipe.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startSimulatedCluster } from '../../examples/demo/cluster.ts';
import { userPool } from '../../examples/demo/controllers/nodes.ts';
import { widthOf } from '../../scaler/terminal/width.ts';
import { hasTerminal, runBeside, runCommand, runOnTerminal } from '../support/command.ts';

const VALUES = ['--values', 'examples/values/gke-datahub.yaml'];
const TYPOS = ['--calendar', 'examples/calendars/typos.ics', '--from', '2026-12-01', '--to', '2026-12-03'];
const PLAN = ['plan', ...VALUES, ...TYPOS];

const ESC = '\u001b[';
const terminal = describe.runIf(hasTerminal);
const ERASE = '\r\u001b[K';
/** What stays, without colours. */
const leftOf = (text: string) =>
  stripVTControlCharacters((text.split(ERASE).at(-1) as string).replaceAll('\r\n', '\n'));

terminal('on a terminal', () => {
  it('plan is in colours, and without them it is what a pipe gets', async () => {
    const { status, stdout } = await runOnTerminal(PLAN, { columns: 400 });
    expect(stdout).toContain(`${ESC}38;5;31mdata8${ESC}39m`);
    expect(stdout).toContain(`${ESC}38;5;196merror${ESC}39m`);
    const piped = runCommand(PLAN);
    expect(piped.stdout).not.toContain('\u001b');
    expect(leftOf(stdout)).toBe(piped.stdout);
    expect([status, piped.status]).toEqual([1, 1]);
  });

  it.each([{ NO_COLOR: '1' }, { TERM: 'dumb' }])('plan is plain with %j', async (env) => {
    const { stdout } = await runOnTerminal(PLAN, { env, columns: 400 });
    expect(stdout).toContain('data8');
    expect(stdout.replaceAll(ERASE, '')).not.toContain('\u001b');
  });

  it('plan keeps to the columns there are, but for what is to be copied', async () => {
    const { stdout } = await runOnTerminal(PLAN, { columns: 50 });
    const lines = leftOf(stdout).split('\n');
    expect(lines.length).toBeGreaterThan(60);
    for (const line of lines.filter((each) => !/^ {6}|^ {2}right:/.test(each)))
      expect(widthOf(line), line).toBeLessThanOrEqual(50);
  });

  it('check says in green that all is well', async () => {
    const { status, stdout } = await runOnTerminal(['check', ...VALUES, '--no-calendars']);
    expect(stdout).toContain(`${ESC}38;5;28mno problems${ESC}39m`);
    expect(status).toBe(0);
  });

  it.each([
    ['plan', PLAN.slice(0, 3)],
    ['check', ['check', ...VALUES]],
    ['events', ['events', '--from', '2026-11-23', '--to', '2026-11-24']],
  ])('%s says what it waits for, on one line that is gone in the end', async (_, args) => {
    await withSlowCalendar(async (address, answer) => {
      const waiting = `${ERASE}waiting for 127.0.0.1:`;
      const { stdout } = await runOnTerminal([...args, '--calendar', address], {
        onShown: (text) => text.includes(waiting) && answer(),
      });
      const last = stdout.lastIndexOf(ERASE);
      expect(stdout.indexOf(waiting)).toBeGreaterThanOrEqual(0);
      expect(stdout.slice(0, last)).not.toContain('\n');
      expect(stdout.slice(last)).not.toContain('waiting');
      expect(stdout).not.toContain('secret-path');
    });
  });
});

terminal('run --dry-run on a terminal', () => {
  it('says that it reads the cluster; the log goes on above, and the line is gone in the end', async () => {
    const group = {
      name: 'data8',
      ...userPool('data8-pool'),
      allocatable: { cpu: '8', memory: '60Gi', pods: '110' },
    };
    const cluster = await startSimulatedCluster({ groups: [{ ...group, start: 1 }], controllers: [] });
    const folder = mkdtempSync(join(tmpdir(), 'terminal-'));
    const values = join(folder, 'values.yaml');
    writeFileSync(
      values,
      'nodePools: {data8: {nodeSelector: {hub.jupyter.org/pool-name: data8-pool}, replicas: 2}}',
    );
    const reading = `${ERASE}reading the nodes and pods of http://127.0.0.1:`;
    cluster.api.fail(({ path }) => (path === '/api/v1/nodes' ? { status: 503 } : undefined));
    try {
      const { status, stdout } = await runOnTerminal(['run', '--values', values, '--dry-run', '--once'], {
        columns: 120,
        env: { KUBECONFIG: cluster.kubeconfigPath },
        onShown: (text) => text.includes(reading) && cluster.api.fail(undefined),
      });
      expect(stdout).toContain(reading);
      const left = leftOf(stdout.split(reading).at(-1) as string);
      expect(left).toContain('dry run: would write');
      for (const line of stdout.split('\r\n'))
        expect(line).not.toMatch(/reading the nodes.*\d\d:\d\d:\d\d info/);
      expect(status).toBe(0);
    } finally {
      await cluster.stop();
      rmSync(folder, { recursive: true });
    }
  });
});

describe('in a pipe', () => {
  it('nothing is said of what is waited for', async () => {
    await withSlowCalendar(async (address, answer) => {
      answer();
      const { stderr } = await runBeside(['plan', ...VALUES, '--calendar', address]);
      expect(stderr).toBe('');
    });
  });

  it('colours come when FORCE_COLOR asks for them, as a CI log may', () => {
    expect(runCommand(PLAN, { env: { FORCE_COLOR: '1' } }).stdout).toContain(`${ESC}31merror${ESC}39m`);
  });
});

/** Answers every request when it was told to. */
async function withSlowCalendar(use: (address: string, answer: () => void) => Promise<void>): Promise<void> {
  let answer = () => {};
  const told = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const server = createServer(async (_, response) => {
    await told;
    response.setHeader('content-type', 'text/calendar').end(CALENDAR);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-path.ics`, answer);
  } finally {
    answer();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const CALENDAR = `BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//Class//EN
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20260101T000000Z
DTSTART:20261123T170000Z
DTEND:20261123T180000Z
SUMMARY:Data 8 midterm
DESCRIPTION:data8: 3
END:VEVENT
END:VCALENDAR
`.replaceAll('\n', '\r\n');
