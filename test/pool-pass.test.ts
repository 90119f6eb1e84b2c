import { describe, expect, it } from 'vitest';
import type { CalendarView } from '../scaler/calendar/feeds.ts';
import type { PassSettings } from '../scaler/pass.ts';
import { lookAndDecide } from '../scaler/pool-pass.ts';
import { STALE } from './support/decided.ts';
import { aLastWrite } from './support/planned.ts';
import { aManifest } from './support/served.ts';
import { aHistory, aPool, aSnapshot, aView, NOW, RULES } from './support/world.ts';

/** A calendar that was read and is empty. */
const schedule = { bookedAt: () => undefined, segments: () => [], nextBoundaryAfter: () => undefined };
const calendar = { poolCalendar: () => 'read', schedule: () => schedule } as unknown as CalendarView;
const settings = { config: RULES, zone: 'UTC' } as unknown as PassSettings;

describe('a pool whose view went stale before it showed our last write', () => {
  it('is held at what was written, so that nothing the scaler lowered itself is raised again', () => {
    const wrote = aLastWrite(aManifest({ replicas: 1 }), { generation: 2 });
    const memory = { sizes: new Map(), writes: new Map(), lastWrites: new Map([['data8', wrote]]) };
    const { decision } = lookAndDecide(aPool(), {
      calendar,
      snapshot: { ...aSnapshot({ data8: aView({ current: 3 }) }), ...STALE },
      history: aHistory(),
      settings,
      memory: { ...memory, history: aHistory() },
      nowMs: NOW,
      monotonicMs: NOW,
    });
    expect(decision).toMatchObject({ count: 1, reason: 'held' });
  });
});
