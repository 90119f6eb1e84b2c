// Plays the story: two runs side by side, the clock, what is shown, the end. Everything that was started is ended
// whatever happens: when the story is over, on Ctrl-C, when a scaler dies, when the time limit is reached.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../../scaler/clock.ts';
import { simulatedWorld } from '../simulated/world.ts';
import { startCalendarServer } from './calendar-server.ts';
import type { Outcome } from './outcome.ts';
import type { Side, SideName, SideView, World } from './side.ts';
import { phaseAt, type Story } from './story.ts';

export interface DemoView {
  story: Story;
  /** Class time from the beginning. */
  elapsedMs: number;
  phase: string;
  sides: SideView[];
}

/** What shows the demo to a person: a drawing, or lines. */
export interface Show {
  frame(view: DemoView): void;
  /** The story is over: nothing moves any more. */
  end(view: DemoView): void;
  /** Gives the terminal back; may be called twice. */
  close(): void;
}

export type Outcomes = Record<SideName, Outcome>;

export interface PlayOptions {
  story: Story;
  clock: Clock;
  /** Simulated clusters when absent. */
  startWorld?(): Promise<World>;
  show: Show;
  /** Ends the demo early. */
  signal: AbortSignal;
  frameMs?: number;
  /** What came of it, as soon as the story is over. */
  onOutcome?(outcomes: Outcomes): void;
  /** Called then; both clusters stay up until it resolves. */
  afterwards?(sides: readonly Side[]): Promise<void>;
  /** Whatever must also happen if this process ends at once: kill the children by their ids. */
  onStarted?(emergency: () => void): void;
}

export async function play(options: PlayOptions): Promise<Outcomes> {
  const { story, clock, show, frameMs = 100, startWorld = async () => simulatedWorld() } = options;
  const dying = new AbortController();
  const signal = AbortSignal.any([options.signal, dying.signal]);
  const folder = mkdtempSync(join(tmpdir(), 'placeholder-demo-'));
  const sides: Side[] = [];
  let world: World | undefined;
  const calendars = await startCalendarServer(clock.now());
  options.onStarted?.(() => {
    for (const side of sides) side.kill();
    world?.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  try {
    world = await startWorld();
    for (const name of ['with', 'without'] as const) {
      signal.throwIfAborted();
      const onDeath = (message: string) => dying.abort(new Error(message));
      sides.push(
        await world.startSide({ name, story, clock, folder, calendarUrl: calendars.address(name), onDeath }),
      );
    }
    await Promise.all(sides.map((side) => side.scaler.ready(signal)));

    const beganMs = clock.now();
    const real = (classMs: number) => classMs / story.speed;
    const viewNow = (): DemoView => {
      const elapsedMs = (clock.now() - beganMs) * story.speed;
      return { story, elapsedMs, phase: phaseAt(elapsedMs, story), sides: sides.map((side) => side.view()) };
    };
    const event = {
      uid: 'the-class@demo',
      title: story.title,
      description: story.description,
      startMs: beganMs + real(story.classAtMs),
      endMs: beganMs + real(story.eventEndsAtMs),
    };
    const cues = [
      clock.at(beganMs + real(story.typedAtMs), () => calendars.type('with', event)),
      clock.at(beganMs + real(story.classAtMs), () => {
        for (const side of sides) side.beginClass();
      }),
    ];
    let next: { cancel(): void } | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        const tick = () => {
          if (signal.aborted) return reject(signal.reason);
          const view = viewNow();
          show.frame(view);
          if (view.elapsedMs >= story.endsAtMs) return resolve();
          next = clock.after(frameMs, tick);
        };
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        tick();
      });
    } finally {
      for (const timer of [...cues, next]) timer?.cancel();
    }
    const last = viewNow();
    show.end(last);
    const of = (name: SideName) => last.sides.find((side) => side.name === name)?.outcome as Outcome;
    const outcomes = { with: of('with'), without: of('without') };
    options.onOutcome?.(outcomes);
    await options.afterwards?.(sides);
    return outcomes;
  } finally {
    show.close();
    await Promise.allSettled(sides.map((side) => side.stop()));
    await world?.stop();
    await calendars.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
