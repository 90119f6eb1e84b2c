// A calendar whose address is in a Secret that is not at hand: what the running service makes of it.
import { afterEach, expect, it } from 'vitest';
import { calendarOf, type Played, play, VALUES } from './support/played-service.ts';

const HOUR = 3_600_000;
let played: Played | undefined;

afterEach(async () => {
  await played?.end();
  played = undefined;
});

it('keeps the warm nodes of a calendar whose Secret is not at hand, and goes on when the address is', async () => {
  played = await play();
  const { clock, log, replicas } = played;
  const event = { title: 'Midterm', startMs: clock.now(), endMs: clock.now() + HOUR };
  played.setCalendar(calendarOf([{ ...event, description: 'data8: 3' }]));
  const service = await played.start();
  await played.until(() => replicas('data8') === 3, 'three placeholders');

  played.setValues(
    VALUES.replace('calendarUrl: CALENDAR', 'calendarUrlFrom: {secret: course-calendars, key: url}'),
  );
  const problems = () => service.report()?.problems ?? [];
  await played.until(
    () => problems().some(({ code }) => code === 'feed-secret'),
    'the problem with the Secret',
    100,
  );
  await played.pass(120_000, 1_000);
  expect(replicas('data8')).toBe(3);
  const told = log.find(({ code }) => code === 'feed-secret');
  expect(told).toMatchObject({ feed: 'calendar', where: "feed 'calendar' (no address)" });
  expect(told?.problem ?? told?.message).toContain(
    'expected the Secret "course-calendars" with a value under the key "url", got no folder of Secrets; nothing is known of its bookings, so its pools are not lowered',
  );

  played.setCalendar(calendarOf([{ ...event, description: 'data8: 2' }]));
  played.setValues(VALUES);
  await played.until(() => replicas('data8') === 2, 'two placeholders', 100);
});
