// One fault, from calm to calm: a booking that may begin or end while it lasts, the state before, during and after, and
// whether what was warm stayed warm.
import type { Dice } from '../../calendar/dice.ts';
import { inSeconds } from '../calendar.ts';
import { until } from '../processes.ts';
import type { Fault } from './faults.ts';
import type { World } from './world.ts';

export interface Round {
  fault: Fault['name'];
  lastsS: number;
  before: string;
  during: string;
  after: string;
  /** From the fault's end, or the boundary when that is later, until all was well. */
  cameBackMs: number;
  /** What is booked now. */
  booked: number;
}

const BACK_WITHIN_MS = 120_000;
/** From an edit of the calendar until the scalers have read it. */
const READ_S = 8;
/** Fills a node: it counts as no room, and a placeholder has to go for it. */
const USER_MEMORY = '58Gi';

export async function playRound(
  world: World,
  { fault, booked, dice }: { fault: Fault; booked: number; dice: Dice },
): Promise<Round> {
  const { hub, dog } = world;
  const lastsS = dice.from(...fault.lasts);
  const then = dice.chance(0.7) ? dice.from(1, 4) : booked;
  const users = dice.chance(0.3) ? dice.from(1, 2) : 0;
  const boundaryMs = inSeconds(READ_S + dice.from(4, lastsS + 4));

  await world.book({ now: booked, then, boundaryMs });
  const { names } = await hub.placeholders();
  const before = await stateOf(world);
  dog.judges = fault.unjudged === undefined;
  const end = await fault.begin(world);
  await sleep(lastsS * 1_000);
  const during = await stateOf(world);
  const { count, current } = await world.pool();
  if (dog.blind && count < current)
    dog.report(`wrong decision: ${count} of ${current} while the view is stale`);
  await end();
  await sleep(boundaryMs - Date.now());
  const from = performance.now();
  await world.well(then, BACK_WITHIN_MS);
  const cameBackMs = performance.now() - from;
  const kept = (await hub.placeholders()).names;
  const lost = [...(then >= booked ? names : kept)].filter(
    (name) => !(then >= booked ? kept : names).has(name),
  );
  if (dog.judges && lost.length > 0) dog.report(`warm nodes lost in "${fault.name}": ${lost.join(', ')}`);
  dog.judges = true;
  const after = await stateOf(world);
  if (users > 0) await classOf(world, { users, booked: then });
  return { ...{ fault: fault.name, lastsS }, before, during, after, cameBackMs, booked: then };
}

/** Users come, push placeholders out, which come back on new nodes; then they leave. */
async function classOf(
  { hub, well }: World,
  { users, booked }: { users: number; booked: number },
): Promise<void> {
  await hub.logIn(users, { memory: USER_MEMORY });
  await until('users to run', async () => (await hub.users()).running === users || undefined, {
    withinMs: 60_000,
  });
  await well(booked, BACK_WITHIN_MS);
  await hub.logOut();
  await until('users to leave', async () => (await hub.users()).running === 0 || undefined);
}

/** `3 booked; 3 replicas, 3 warm`: what the scaler says, and what the cluster has. */
async function stateOf({ hub, pool }: World): Promise<string> {
  const { count, reason } = await pool();
  const said = reason === undefined ? 'no answer' : `${count ?? '-'} ${reason}`;
  const seen = await hub.placeholders().catch(() => undefined);
  return seen === undefined
    ? `${said}; API server silent`
    : `${said}; ${seen.wanted} replicas, ${seen.running} warm`;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
