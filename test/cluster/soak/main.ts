// `npm run soak`: a hub on a real control plane for minutes, with one fault after another, drawn by a seed. What must hold
// all the time: no count below what is booked, warm nodes stay warm, all is well again within two minutes of a fault's
// end, memory and watches do not grow, nothing unhandled in the logs. Exit code 1 when something did not hold.
//   npm run soak -- --minutes 5 --seed 7 --fault 'API server frozen'
import { parseArgs } from 'node:util';
import { makeDice } from '../../calendar/dice.ts';
import { startCluster } from '../cluster.ts';
import { untilInterrupted } from '../interrupt.ts';
import { buildMissing } from '../programs.ts';
import { FAULTS, type Fault } from './faults.ts';
import { playRound, type Round } from './round.ts';
import { openWorld, type World } from './world.ts';

const WELL_AT_FIRST_MS = 180_000;

interface Settings {
  minutes: number;
  seed: number;
  faults: Fault[];
}

function settings(): Settings {
  try {
    const { values } = parseArgs({
      options: {
        minutes: { type: 'string', default: '20' },
        seed: { type: 'string', default: '1' },
        fault: { type: 'string', multiple: true, default: [] },
      },
    });
    return {
      minutes: wholeNumber('minutes', values.minutes),
      seed: wholeNumber('seed', values.seed),
      faults: faultsNamed(values.fault),
    };
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`expected a whole number from 1 up, got --${name} ${text}; e.g. --${name} 20`);
}

function faultsNamed(names: string[]): Fault[] {
  const unknown = names.find((name) => !FAULTS.some((fault) => fault.name === name));
  if (unknown !== undefined) {
    const known = FAULTS.map(({ name }) => `\n  ${name}`).join('');
    throw new Error(`expected --fault to be one of these, got "${unknown}":${known}`);
  }
  return names.length === 0 ? FAULTS : FAULTS.filter(({ name }) => names.includes(name));
}

const began = performance.now();
const clock = () => {
  const seconds = Math.floor((performance.now() - began) / 1_000);
  return `${String(Math.floor(seconds / 60)).padStart(2)}:${String(seconds % 60).padStart(2, '0')}`;
};
const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

async function soak(world: World, { minutes, seed, faults }: Settings): Promise<Round[]> {
  const dice = makeDice(seed);
  const rounds: Round[] = [];
  const { dog } = world;
  let deck: Fault[] = [];
  let booked = 2;
  let told = 0;
  await world.well(booked, WELL_AT_FIRST_MS);
  const endsAt = performance.now() + minutes * 60_000;
  while (performance.now() < endsAt) {
    // Every fault once before any comes again.
    if (deck.length === 0) deck = [...faults];
    const [fault] = deck.splice(dice.from(0, deck.length - 1), 1) as [Fault];
    try {
      const round = await playRound(world, { fault, booked, dice });
      booked = round.booked;
      rounds.push(round);
      console.log(
        `${clock()}  ${`${round.fault}, ${round.lastsS} s`.padEnd(52)} before: ${round.before} | during: ${round.during} | ` +
          `after: ${round.after} | came back in ${seconds(round.cameBackMs)}`,
      );
    } catch (error) {
      dog.report(`"${fault.name}": ${(error as Error).message}`);
      break;
    } finally {
      for (const breach of dog.breaches().slice(told)) console.log(`${clock()}  BROKEN: ${breach}`);
      told = dog.breaches().length;
    }
  }
  return rounds;
}

function table(rounds: Round[], { dog, proxy }: World): string[] {
  const names = [...new Set(rounds.map(({ fault }) => fault))].sort();
  const rows = names.map((name) => {
    const played = rounds.filter(({ fault }) => fault === name);
    const longest = Math.max(...played.map(({ cameBackMs }) => cameBackMs));
    return `| ${name} | ${played.length} | ${seconds(longest)} |`;
  });
  const { most, growth } = dog.memory();
  return [
    '| fault | times | longest way back |',
    '|---|---|---|',
    ...rows,
    '',
    `${rounds.length} faults; memory (RSS) at most ${most} MiB, growth after the first minute at most ${Math.round(growth)} MiB;`,
    `${proxy.openWatches()} watches open at the end; ${dog.breaches().length} broken`,
    ...dog.breaches().map((breach) => `  BROKEN: ${breach}`),
  ];
}

const asked = settings();
buildMissing(console.log);
console.log(`${asked.minutes} minutes, seed ${asked.seed}; a control plane and two scalers start`);
const starting = startCluster();
let world: World | undefined;
await untilInterrupted(
  async () => {
    world = await openWorld(await starting);
    const rounds = await soak(world, asked);
    console.log(`\n${table(rounds, world).join('\n')}`);
    if (world.dog.breaches().length > 0 || rounds.length === 0) process.exitCode = 1;
  },
  async () => {
    await world?.close();
    await (await starting.catch(() => undefined))?.close();
  },
);
