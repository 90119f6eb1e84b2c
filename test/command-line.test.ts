import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startSimulatedCluster } from '../examples/demo/cluster.ts';
import { userPool } from '../examples/demo/controllers/nodes.ts';
import { runBeside, runCommand } from './support/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'command-line-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (args: string[], env?: NodeJS.ProcessEnv) => runCommand(args, env && { env });

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const VALUES = `
calendarTimezone: America/Los_Angeles
nodePools:
  data8:
    nodeSelector: {hub.jupyter.org/pool-name: data8-pool}
    resources: {requests: {memory: 57Gi}}
    replicas: 1
`;

const CALENDAR = `BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//Class//EN
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20260101T000000Z
DTSTART:20261123T170000Z
DTEND:20261123T180000Z
SUMMARY:Data 8 midterm
DESCRIPTION:Room 155<br>data8: 3
END:VEVENT
BEGIN:VEVENT
UID:2@example.org
DTSTAMP:20260101T000000Z
DTSTART:20261124T170000Z
DTEND:20261124T180000Z
SUMMARY:Data 8 lab
DESCRIPTION:DESCRIBED
END:VEVENT
END:VCALENDAR
`.replaceAll('\n', '\r\n');

const FROM_TO = ['--from', '2026-11-23', '--to', '2026-11-28'];

describe('plan', () => {
  it('prints the bookings as a table and ends with 0 when all was understood', () => {
    const calendar = file('good.ics', CALENDAR.replace('DESCRIBED', 'data8: 2'));
    const { status, stdout } = run([
      'plan',
      '--values',
      file('values.yaml', VALUES),
      '--calendar',
      calendar,
      ...FROM_TO,
    ]);
    expect(stdout).toMatch(/Mon 2026-11-23\n\s+09:00 - 10:00\s+data8\s+3\s+Data 8 midterm/);
    expect(status).toBe(0);
  });

  it('ends with 1 on a line that was not understood, and still prints the rest', () => {
    const calendar = file('bad.ics', CALENDAR.replace('DESCRIBED', 'datta8: 2'));
    const { status, stdout } = run([
      'plan',
      '--values',
      file('values.yaml', VALUES),
      '--calendar',
      calendar,
      ...FROM_TO,
    ]);
    expect(stdout).toContain('Data 8 midterm');
    expect(stdout).toContain('no pool "datta8"; did you mean "data8"?');
    expect(status).toBe(1);
  });

  it('prints JSON', () => {
    const calendar = file('good.ics', CALENDAR.replace('DESCRIBED', 'data8: 2'));
    const args = [
      'plan',
      '--values',
      file('values.yaml', VALUES),
      '--calendar',
      calendar,
      ...FROM_TO,
      '--output',
      'json',
    ];
    expect(JSON.parse(run(args).stdout)).toMatchObject({
      zone: 'America/Los_Angeles',
      windows: [
        { pool: 'data8', count: 3 },
        { pool: 'data8', count: 2 },
      ],
      problems: [],
    });
  });

  describe('of one pool or event', () => {
    const values = () =>
      file(
        'two.yaml',
        `${VALUES}  stat20:\n    nodeSelector: {hub.jupyter.org/pool-name: stat20-pool}\n    resources: {requests: {memory: 57Gi}}\n`,
      );
    const plan = (...more: string[]) => {
      const calendar = file('mixed.ics', CALENDAR.replace('DESCRIBED', 'stat20: 2\\ndata8 3\\nstat20: two'));
      return run(['plan', '--values', values(), '--calendar', calendar, ...FROM_TO, ...more]);
    };

    it('shows its windows and problems, and those that may be its', () => {
      const { stdout, status } = plan('--pool', 'data8');
      expect(stdout).toContain('Data 8 midterm');
      expect(stdout).toContain('data8 3\n');
      expect(stdout).not.toContain('stat20');
      expect(status).toBe(1);
      expect(plan('--pool', 'stat20', '--pool', 'data8').stdout).toContain('stat20');
    });

    it('refuses a pool that is not in the values, with the nearest that is', () => {
      const { stderr, status } = plan('--pool', 'data9');
      expect(stderr).toMatch(
        /--pool: expected one of the pools in the values \(data8, stat20\), got "data9"; did you mean data8\?/,
      );
      expect(status).toBe(2);
    });

    it('shows what an event books, and what of it was not understood', () => {
      const midterm = plan('--event', 'MIDTERM');
      expect(midterm.stdout).toContain('Data 8 midterm');
      expect(midterm.stdout).not.toContain('lab');
      expect(midterm.status).toBe(0);
      const lab = plan('--event', 'lab');
      expect(lab.stdout).toContain('2 problems');
      expect(lab.stdout).not.toContain('midterm');
    });

    it('says so when no such event books anything', () => {
      expect(plan('--event', 'final').stdout).toContain(
        'Nothing is booked in this time by an event with "final" in its title.',
      );
    });

    it('says that it looks at the largest only, where many events meet', () => {
      const [head = '', ...events] = CALENDAR.split(/(?=BEGIN:VEVENT)/);
      const four = [4, 3, 2, 1].map((count) =>
        `${events[0]}`
          .replace('UID:1', `UID:${count}`)
          .replace('midterm', `section ${count}`)
          .replace(': 3', `: ${count}`),
      );
      const calendar = file('four.ics', `${head}${four.join('')}END:VCALENDAR\r\n`);
      const asked = (title: string) =>
        run(['plan', '--values', values(), '--calendar', calendar, ...FROM_TO, '--event', title]).stdout;
      expect(asked('section 2')).toContain('Data 8 section 2 (2)');
      expect(asked('section 1')).toContain(
        'by an event with "section 1" in its title that is one of the 3 largest at its time.',
      );
    });

    it('is the same in JSON and as a calendar', () => {
      const windows = JSON.parse(plan('--event', 'lab', '--output', 'json').stdout).windows;
      expect(windows).toMatchObject([{ pool: 'stat20', count: 2 }]);
      const ics = plan('--pool', 'stat20', '--output', 'ics').stdout;
      expect(ics).toContain('stat20: 2 nodes');
      expect(ics).not.toContain('data8: 3');
    });
  });

  it('takes several values files as Helm does', () => {
    const calendar = file('good.ics', CALENDAR.replace('DESCRIBED', 'data8: 2'));
    const override = file('override.yaml', 'leadTime: 10m\nnodePools: {data8: {maxReplicas: 2}}\n');
    const { stdout, status } = run([
      ...['plan', '--values', `${file('values.yaml', VALUES)},${override}`, '--calendar', calendar],
      ...FROM_TO,
    ]);
    expect(stdout).toMatch(/08:50 - 10:00 +data8 +3 +Data 8 midterm\n +cut to 2 by maxReplicas/);
    expect(status).toBe(0);
  });
});

describe('check', () => {
  it('prints every problem of broken values at once, each with its path and the nearest legal key', () => {
    const broken = VALUES.replace('replicas: 1', 'replicas: many').replace(
      'calendarTimezone',
      'calendarTimezon',
    );
    const { status, stdout } = run(['check', '--values', file('broken.yaml', broken)]);
    expect(stdout).toMatch(/calendarTimezon\b[\s\S]*calendarTimezone/);
    expect(stdout).toContain('nodePools.data8.replicas');
    expect(stdout).toContain('2 problems');
    expect(status).toBe(1);
  });

  it('ends with 0 when values and calendar are all right', () => {
    const calendar = file('good.ics', CALENDAR.replace('DESCRIBED', 'data8: 2'));
    const { status, stdout } = run([
      'check',
      '--values',
      file('values.yaml', VALUES),
      '--calendar',
      calendar,
    ]);
    expect(stdout).toContain('no problems');
    expect(status).toBe(0);
  });

  it('ends with 0 when only a Secret is not at hand, and says which calendar it could not look at', () => {
    const values = (more: string) =>
      file('unread.yaml', `calendarUrlFrom: {secret: course-calendars, key: url}\n${VALUES}${more}`);
    const alone = run(['check', '--values', values('')]);
    expect(alone.stdout).toContain('warning: calendarUrlFrom (unread.yaml line 1)');
    expect(alone.stdout).toContain('--secrets-dir DIR, with the file DIR/course-calendars/url');
    expect(alone.stdout.trim().split('\n').at(-1)).toMatch(
      /unread\.yaml: no problems; a Secret that is not at hand counts as none, but its calendar was not looked at/,
    );
    expect(alone.status).toBe(0);
    expect(run(['check', '--values', values('foo: 1\n')]).status).toBe(1);
  });

  it('never prints the address of a calendar, only its host', () => {
    const values = file(
      'secret.yaml',
      `calendarUrl: http://user:pa55@127.0.0.1:9/secret-path?key=t0ken\n${VALUES}`,
    );
    const { status, stdout, stderr } = run(['check', '--values', values]);
    expect(stdout + stderr).toContain('127.0.0.1:9');
    expect(stdout + stderr).not.toMatch(/secret-path|t0ken|pa55/);
    expect(status).toBe(1);
  });
});

describe('events', () => {
  it('prints one JSON object per occurrence, as the feed says it', () => {
    const calendar = file('good.ics', CALENDAR.replace('DESCRIBED', 'data8: 2'));
    const { status, stdout } = run([
      'events',
      '--calendar',
      calendar,
      '--timezone',
      'UTC',
      '--from',
      '2026-11-23T17:59:59Z',
      '--to',
      '2026-11-24T17:00:00Z',
      '--output',
      'jsonl',
    ]);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      {
        uid: '1@example.org',
        start: '2026-11-23T17:00:00.000Z',
        end: '2026-11-23T18:00:00.000Z',
        summary: 'Data 8 midterm',
        description: 'Room 155<br>data8: 3',
      },
    ]);
    expect(status).toBe(0);
  });

  it('prints problems to stderr and ends with 0 when the feed could be read', () => {
    const calendar = file(
      'odd.ics',
      CALENDAR.replace('DTSTART:20261124T170000Z', 'DTSTART:20260231T170000Z'),
    );
    const { status, stdout, stderr } = run([
      'events',
      '--calendar',
      calendar,
      '--timezone',
      'UTC',
      ...FROM_TO,
    ]);
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('Data 8 lab');
    expect(status).toBe(0);
  });

  it('ends with 1 when the feed could not be read', () => {
    const { status, stdout, stderr } = run([
      'events',
      '--calendar',
      file('page.ics', '<!doctype html><p>Log in'),
      '--timezone',
      'UTC',
      ...FROM_TO,
    ]);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: .*login page/);
    expect(status).toBe(1);
  });
});

describe('wrong usage', () => {
  it.each([
    [['plan'], /--values/],
    [['plna'], /unknown command/],
    [
      ['events', '--calendar', 'x.ics', '--from', 'soon', '--to', '2026-11-28'],
      /--from: expected an ISO 8601 time or date, got "soon"/,
    ],
    [
      ['events', '--calendar', 'x.ics', '--timezone', 'Berlin', ...FROM_TO],
      /--timezone: expected an IANA time zone/,
    ],
    [['run', '--values', 'x.yaml', '--port', '99999'], /Expected a port/],
    [['run', '--values', 'x.yaml', '--values', 'y.yaml'], /Expected one file.*plan and check take several/],
    [['check', '--values', 'x.yaml', '--output', 'xml'], /Allowed choices are text, json, github/],
  ])('%j ends with 2 and a hint', (args, text) => {
    const { status, stderr } = run(args);
    expect(stderr).toMatch(text);
    expect(status).toBe(2);
  });

  it('--help ends with 0 and shows examples', () => {
    const { status, stdout } = run(['plan', '--help']);
    expect(stdout).toContain('Examples:');
    expect(status).toBe(0);
  });
});

describe('run', () => {
  it('ends with 1 and every problem on its own line when the values cannot be used', () => {
    const broken = VALUES.replace('replicas: 1', 'replicas: many').replace(
      'calendarTimezone',
      'calendarTimezon',
    );
    const { status, stderr } = run(['run', '--values', file('broken.yaml', broken)]);
    expect(stderr.trim().split('\n')).toHaveLength(2);
    expect(status).toBe(1);
  });
});

describe('with a cluster', () => {
  it('run --dry-run --once takes one look, says what it would do and ends; size prints its arithmetic', async () => {
    const cluster = await startSimulatedCluster({
      groups: [
        {
          name: 'data8',
          ...userPool('data8-pool'),
          allocatable: { cpu: '8', memory: '60Gi', pods: '110' },
          start: 1,
        },
      ],
      controllers: [],
    });
    try {
      const env = { KUBECONFIG: cluster.kubeconfigPath };
      const values = file('values.yaml', VALUES);
      const once = await runBeside(['run', '--values', values, '--dry-run', '--once'], { env });
      expect(once.stdout).toContain('dry run: would write');
      expect(once.status).toBe(0);
      expect(cluster.api.requests.filter(({ method }) => method !== 'GET')).toEqual([]);

      const [node] = cluster.store.list('nodes').map(({ metadata }) => metadata.name);
      const size = await runBeside(['size', '--node', node ?? ''], { env });
      expect(size.stdout).toContain('recommended');
      expect(size.status).toBe(0);
      const missing = await runBeside(['size', '--node', 'nowhere'], { env });
      expect(missing.stderr).toContain(`no node "nowhere"; there are ${node}`);
      expect(missing.status).toBe(1);
    } finally {
      await cluster.stop();
    }
  });
});
