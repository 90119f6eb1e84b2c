// Views of the demo for the tests of how it is shown.
import type { DemoView } from '../../examples/demo/story/play.ts';
import type { NodeRow, SideView } from '../../examples/demo/story/side.ts';
import { DATA8 } from '../../examples/demo/story/story.ts';

export function node(said: Partial<NodeRow> = {}): NodeRow {
  return {
    name: 'data8-a1b2',
    state: 'up',
    users: 0,
    seats: 45,
    placeholder: false,
    booted: 1,
    joinsInMs: 0,
    sinceMs: 0,
    ...said,
  };
}

export function side(said: Partial<SideView> = {}): SideView {
  return {
    name: 'with',
    nodes: [node()],
    students: 250,
    loggedIn: 0,
    starting: 0,
    waiting: 0,
    outcome: {
      logins: 0,
      atOnce: 0,
      never: 0,
      starting: 0,
      medianWaitMs: 0,
      longestWaitMs: 0,
      nodeMinutes: 12.4,
      mostNodes: 1,
    },
    ...said,
  };
}

export function view(said: Partial<DemoView> = {}): DemoView {
  return {
    story: DATA8,
    elapsedMs: DATA8.classAtMs + 90_000,
    phase: 'the class begins: 250 students log in',
    sides: [side(), side({ name: 'without' })],
    ...said,
  };
}
