// One of the two runs: a scaler of its own with a calendar of its own, on a cluster or a part of one that the other run
// does not touch, and the same class of students. `view` says what is to be seen of it now.
import type { Clock } from '../../../scaler/clock.ts';
import type { Outcome } from './outcome.ts';
import type { ScalerDecision, ScalerProcess } from './scaler-process.ts';
import type { Story } from './story.ts';

export type SideName = 'with' | 'without';

export interface NodeRow {
  name: string;
  state: 'up' | 'booting' | 'pulling';
  users: number;
  seats: number;
  placeholder: boolean;
  /** The autoscaler has seen that it is empty: class time until it goes. */
  goesInMs?: number;
  /** Share of the boot that is done, 0..1. */
  booted: number;
  /** Class time until it joins. */
  joinsInMs: number;
  /** When it was ordered or made, to keep rows in order. */
  sinceMs: number;
}

export interface SideView {
  name: SideName;
  decision?: ScalerDecision;
  nodes: NodeRow[];
  students: number;
  loggedIn: number;
  /** Logged in a moment ago; a server takes two seconds to start. */
  starting: number;
  /** Longer than that without a server. */
  waiting: number;
  outcome: Outcome;
}

export interface Side {
  name: SideName;
  /** Of an admin; its context has the release's namespace. */
  kubeconfigPath: string;
  scaler: ScalerProcess;
  /** Students begin to log in. */
  beginClass(): void;
  view(): SideView;
  stop(): Promise<void>;
  kill(): void;
}

export interface SideOptions {
  name: SideName;
  story: Story;
  clock: Clock;
  folder: string;
  calendarUrl: string;
  onDeath(message: string): void;
}

/** Where both sides live: simulated clusters inside this process, or a real control plane. */
export interface World {
  startSide(options: SideOptions): Promise<Side>;
  /** After its sides were stopped. */
  stop(): Promise<void>;
  /** For the very end of this process, when nothing can be waited for. */
  kill(): void;
}

/** What is seen of a side, from what was counted. */
export function sideView(
  seen: Pick<SideView, 'name' | 'decision' | 'nodes' | 'students' | 'outcome'>,
): SideView {
  const { logins, starting, never } = seen.outcome;
  return { ...seen, loggedIn: logins, starting, waiting: never - starting };
}
