import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { thousandths } from '../../examples/demo/api/quantity.ts';
import { calendarText, startCalendarServer } from '../../examples/demo/story/calendar-server.ts';
import { nodeMeter, reckon } from '../../examples/demo/story/outcome.ts';
import { storyFromCalendar, storyOf } from '../../examples/demo/story/own-calendar.ts';
import {
  clockText,
  DATA8,
  loginAfterMs,
  MACHINE,
  PLACEHOLDER,
  phaseAt,
  roomAtStart,
  SEATS_PER_NODE,
  SERVER,
} from '../../examples/demo/story/story.ts';
import { valuesText } from '../../examples/demo/story/values.ts';
import { systemClock } from '../../scaler/clock.ts';
import { loadConfig } from '../../scaler/config/load.ts';

const HOUR = 3_600_000;
const occurrence = (said: { summary?: string; description?: string; startMs?: number }) => {
  const startMs = said.startMs ?? Date.UTC(2026, 10, 24, 17);
  return { uid: 'x', summary: 'Midterm', description: '', startMs, endMs: startMs + HOUR, ...said };
};

describe('the story', () => {
  it('is over within three minutes', () => {
    expect(DATA8.endsAtMs / DATA8.speed).toBeLessThan(150_000);
  });

  it('is fair: the booking is what a person would reckon, and the machines hold what it says', () => {
    expect(DATA8.count).toBe(Math.ceil(DATA8.students / SEATS_PER_NODE));
    expect(roomAtStart(DATA8)).toBe(40);
    const fitting = Math.floor(thousandths(MACHINE.memory) / thousandths(SERVER.memory));
    expect(fitting - SEATS_PER_NODE).toBeLessThanOrEqual(1);
    expect(thousandths(PLACEHOLDER.memory)).toBeGreaterThan(thousandths(MACHINE.memory) / 2);
  });

  it('lets everybody log in within two minutes of class, most of them at the bell', () => {
    const times = Array.from({ length: 250 }, (_, index) => loginAfterMs(index, DATA8));
    expect(times.at(-1)).toBe(120_000);
    expect(times.filter((ms) => ms < 60_000).length).toBeGreaterThan(125);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
  });

  it('tells each part of it in order', () => {
    const at = (minutes: number) => phaseAt(minutes * 60_000, DATA8);
    expect([0, 1, 3, 6.5, 8.5, 10, 12, 20].map(at)).toEqual([
      'an ordinary morning',
      'someone types the event "Data 8 lecture" into the calendar',
      'the booking has begun, its lead time before class',
      'the class begins: 250 students log in',
      'everybody has logged in',
      'the event is over, the students work on',
      'the students stop their servers',
      'nobody is left: empty nodes go after 10 min',
    ]);
    expect(clockText(-75_000, { sign: true })).toBe('-1:15');
  });

  it('gives the scaler values that it takes without a problem', () => {
    const { config, problems } = loadConfig(valuesText(DATA8, 'http://127.0.0.1:1/with.ics'), {
      file: 'demo',
    });
    expect(problems).toEqual([]);
    expect(config?.pools[0]).toMatchObject({ name: 'data8', baseline: 0, leadTimeMs: 20_000 });
  });
});

describe('what came of it', () => {
  it('counts who landed at once, and lets who still waits count with the wait so far', () => {
    const logins = [
      { student: 'a', atMs: 0, runningMs: 1_000 },
      { student: 'b', atMs: 0, runningMs: 20_000 },
      { student: 'c', atMs: 0 },
    ];
    expect(reckon(logins, { nowMs: 60_000, speed: 10 })).toEqual({
      logins: 3,
      atOnce: 1,
      never: 1,
      starting: 0,
      medianWaitMs: 200_000,
      longestWaitMs: 600_000,
    });
  });

  it('is nothing when nobody came', () => {
    expect(reckon([], { nowMs: 0, speed: 1 })).toMatchObject({
      logins: 0,
      medianWaitMs: 0,
      longestWaitMs: 0,
    });
  });

  it('adds up nodes over class time', () => {
    const meter = nodeMeter(10);
    meter.count(1, 0);
    meter.count(3, 6_000);
    meter.count(0, 12_000);
    expect([meter.nodeMinutes(), meter.mostNodes()]).toEqual([4, 3]);
  });
});

describe("the user's own calendar", () => {
  it('is played from its first event that books something, with its own words', () => {
    const found = storyOf(
      [
        occurrence({ summary: 'Room 210: bring your own laptop' }),
        occurrence({ summary: 'Midterm', description: '<p>data8: 1</p><p>stat20: 3</p>' }),
        occurrence({ description: 'data8: 9' }),
      ],
      { like: DATA8, zone: 'America/Los_Angeles' },
    );
    expect(found).toMatchObject({ title: 'Midterm', pool: 'stat20', count: 3, students: 125 });
    expect(found?.source).toContain('Tuesday');
    expect(found?.source).toContain('(America/Los_Angeles): stat20: 3 (its other pools are left out: 1)');
  });

  it('also counts a booking in the title, and none of nothing', () => {
    expect(storyOf([occurrence({ summary: 'data8: 2' })], { like: DATA8, zone: 'UTC' })?.count).toBe(2);
    expect(storyOf([occurrence({ description: 'data8: 0' })], { like: DATA8, zone: 'UTC' })).toBeUndefined();
  });

  it('is read from a file or an address, and what is wrong with it is said', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'own-calendar-'));
    const clock = systemClock();
    const startMs = clock.now() + 24 * HOUR;
    const event = { uid: 'a', title: 'Exam', description: 'data8: 4', startMs, endMs: startMs + HOUR };
    const file = join(folder, 'own.ics');
    await writeFile(file, calendarText([event]));
    const server = await startCalendarServer(clock.now());
    const read = (calendar: string) => storyFromCalendar(calendar, { clock, like: DATA8 });
    expect(await read(file)).toMatchObject({ title: 'Exam', count: 4 });
    await expect(read(server.address('own'))).rejects.toThrow(
      'no event of the next 60 days books anything (1 events',
    );
    server.type('own', event);
    expect(await read(server.address('own'))).toMatchObject({ title: 'Exam', count: 4 });
    await expect(read(join(folder, 'missing.ics'))).rejects.toThrow('does not exist');
    await server.stop();
    await rm(folder, { recursive: true });
  });
});
