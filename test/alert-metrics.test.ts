// What the alerts go by, from the whole service: the numbers that stand for a class in danger.
import { afterEach, describe, expect, it } from 'vitest';
import { metric } from './support/metric.ts';
import { calendarOf, type Played, play } from './support/played-service.ts';

const MINUTE = 60_000;
let played: Played | undefined;

afterEach(async () => {
  await played?.end();
  played = undefined;
});

const values = (memory: string) => `
calendarUrl: CALENDAR
leadTime: 15m
nodePools:
  data8:
    nodeSelector: {hub.jupyter.org/pool-name: data8}
    resources: {requests: {memory: ${memory}}}
    replicas: 1
`;

/** From ten to thirty minutes after the start. */
const lecture = ({ clock }: Played, says: string) => ({
  title: 'Lecture',
  description: says,
  startMs: clock.now() + 10 * MINUTE,
  endMs: clock.now() + 30 * MINUTE,
});

describe('the whole service', () => {
  it('tells when an event begins, in its lead time and while it lasts, and that it is over', async () => {
    played = await play({ values: values('50Gi') });
    const { clock } = played;
    const startsAt = (clock.now() + 10 * MINUTE) / 1000;
    played.setCalendar(calendarOf([lecture(played, 'data8: 3')]));
    const service = await played.start();
    await played.until(() => played?.replicas('data8') === 3, 'three placeholders, in the lead time');
    const times = async () => [
      await metric(service, 'next_event_timestamp_seconds{pool="data8"}'),
      await metric(service, 'event_started_timestamp_seconds{pool="data8"}'),
    ];
    expect(await times()).toEqual([startsAt, 0]);
    // The count does not change at that instant, and yet it is told.
    await played.pass(startsAt * 1000 - clock.now() + 1, 5_000);
    expect(await times()).toEqual([0, startsAt]);
    expect(await metric(service, 'desired_replicas{pool="data8"}')).toBe(3);
    expect(await metric(service, 'current_replicas{pool="data8"}')).toBe(3);
    await played.pass(20 * MINUTE, 10_000);
    expect(await times()).toEqual([0, 0]);
  });

  it('tells when the event begins whose line books nothing, until it is put right', async () => {
    played = await play({ values: values('50Gi') });
    const startsAt = (played.clock.now() + 10 * MINUTE) / 1000;
    played.setCalendar(calendarOf([lecture(played, 'datta8: 3')]));
    const service = await played.start();
    const lost = () => metric(service, 'feed_problem_event_timestamp_seconds{feed="calendar"}');
    await played.until(() => (service.report()?.problems.length ?? 0) > 0, 'the problem');
    expect(await lost()).toBe(startsAt);
    played.setCalendar(calendarOf([lecture(played, 'data8: 3')]));
    await played.until(() => service.report()?.problems.length === 0, 'no problem', 1_000);
    expect(await lost()).toBe(0);
  });

  it('tells that a placeholder is larger than every node, as a problem too', async () => {
    played = await play({ values: values('80Gi'), nodes: 2 });
    const service = await played.start();
    await played.until(() => (service.report()?.problems.length ?? 0) > 0, 'the problem');
    expect(service.report()?.problems).toMatchObject([
      { code: 'fits-nowhere', pool: 'data8', where: 'nodePools.data8.resources' },
    ]);
    expect(await metric(service, 'placeholder_fits_nowhere{pool="data8"}')).toBe(1);
    played.setValues(values('50Gi'));
    await played.until(() => service.report()?.problems.length === 0, 'no problem', 1_000);
    expect(await metric(service, 'placeholder_fits_nowhere{pool="data8"}')).toBe(0);
  });
});
