// `npm run demo`: two clusters beside each other, in each a real scaler, and a class of students that comes to both; the
// calendar of one has the booking. This file reads the command line and looks after Ctrl-C and the limit of time; what
// is played is in story/, how it looks in screen/, where it is played in simulated/ (cluster.ts) and real/.
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Clock, systemClock } from '../../scaler/clock.ts';
import { MANUAL_ANNOTATION } from '../../scaler/placeholder/labels.ts';
import { deploymentName } from '../../scaler/placeholder/names.ts';
import { onRealControlPlane } from './real/story.ts';
import { prepareRealWorld, realWorld } from './real/world.ts';
import { linesShow } from './screen/lines.ts';
import { summary } from './screen/summary.ts';
import { terminalShow } from './screen/terminal.ts';
import { storyFromCalendar } from './story/own-calendar.ts';
import { play } from './story/play.ts';
import type { Side } from './story/side.ts';
import { DATA8, type Story } from './story/story.ts';

interface Options {
  cluster: 'simulated' | 'real';
  calendar?: string;
  keep?: boolean;
  students?: number;
  plain?: boolean;
}

const NARROWEST = 80;
/** Beyond the story's own length: starting clusters and scalers, and ending them. */
const ALLOWANCE_MS = { simulated: 40_000, real: 240_000 };

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 1_000) {
    throw new InvalidArgumentError('Expected a whole number from 1 to 1000, e.g. --students 250.');
  }
  return number;
}

const program = new Command('npm run demo --')
  .description(
    'Plays a class in two simulated clusters beside each other, one with a booking in its calendar and one without.\n' +
      'The clusters are simulated inside this process; the scalers are real and run as child processes.\n' +
      'With --cluster real the control plane is real too: API server, scheduler, Karpenter, the chart.',
  )
  .addOption(
    new Option(
      '--cluster <kind>',
      'what to play on; real builds its programs first, with Go 1.26 and some minutes, once',
    )
      .choices(['simulated', 'real'])
      .default('simulated'),
  )
  .option('--calendar <file|url>', 'play the next booking of your own calendar, as if it were about to begin')
  .option(
    '--students <number>',
    'how many students log in (default: as many as the booking has room for)',
    wholeNumber,
  )
  .option('--keep', 'stay up afterwards, for kubectl and a browser, until Ctrl-C')
  .option('--plain', 'lines instead of the picture (also without a terminal, with NO_COLOR, and in CI)')
  .exitOverride((end) => process.exit(end.exitCode === 0 ? 0 : 2))
  .showHelpAfterError('(--help shows the options and examples)')
  .addHelpText(
    'after',
    `
Examples:
  npm run demo
  npm run demo -- --keep
  npm run demo -- --cluster real
  npm run demo -- --calendar https://calendar.example.edu/warm-nodes.ics`,
  );

/** Exit codes: 0 played to the end, 1 failed, 2 wrong usage, 130 ended by Ctrl-C. */
async function main(options: Options): Promise<number> {
  const { stdout, env } = process;
  const clock = systemClock();
  const story = await chooseStory(options, clock);
  if (story === undefined) return 1;
  const picture =
    stdout.isTTY &&
    (stdout.columns ?? 0) >= NARROWEST &&
    !options.plain &&
    !env.NO_COLOR &&
    !env.CI &&
    env.TERM !== 'dumb';
  const show = picture ? terminalShow(stdout) : linesShow((line) => stdout.write(`${line}\n`));
  const ending = new AbortController();
  let emergency = () => {};
  let interrupted = 0;
  const interrupt = () => {
    interrupted += 1;
    ending.abort(new Error('ended by Ctrl-C'));
    if (interrupted > 1) process.exit(130);
  };
  // A terminal that was closed takes no more text; ending everything matters more.
  stdout.on('error', () => ending.abort(new Error('the terminal is gone')));
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt).on('SIGHUP', interrupt);
  process.on('exit', () => {
    show.close();
    emergency();
  });

  if (story.source !== undefined) console.log(story.source);
  if (options.cluster === 'real') {
    try {
      prepareRealWorld(console.log);
    } catch (error) {
      console.error(`The real control plane cannot be had here: ${(error as Error).message}`);
      return 1;
    }
    console.log(`A control plane starts (half a minute), then the class is played (${lengthOf(story)}).`);
  }

  const mostMs = story.endsAtMs / story.speed + ALLOWANCE_MS[options.cluster];
  const limit = setTimeout(
    () => ending.abort(new Error(`not over within ${Math.round(mostMs / 1000)} s`)),
    mostMs,
  );
  try {
    const outcomes = await play({
      story,
      clock,
      ...(options.cluster === 'real' && { startWorld: realWorld }),
      show,
      signal: ending.signal,
      onStarted(act) {
        emergency = act;
      },
      async afterwards(sides) {
        clearTimeout(limit);
        if (options.keep) await stayUp(sides, { pool: story.pool, signal: ending.signal });
      },
      onOutcome: (outcomes) => console.log(`\n${summary(outcomes, story).join('\n')}\n`),
    });
    return outcomes.with.logins > 0 ? 0 : 1;
  } catch (error) {
    if (interrupted > 0) return 130;
    console.error(`The demo could not go on: ${(error as Error).message}`);
    return 1;
  } finally {
    clearTimeout(limit);
  }
}

/** Undefined when the calendar holds nothing to play; why was printed. */
async function chooseStory(
  { calendar, students, cluster }: Options,
  clock: Clock,
): Promise<Story | undefined> {
  try {
    const story = calendar === undefined ? DATA8 : await storyFromCalendar(calendar, { clock, like: DATA8 });
    const chosen = { ...story, ...(students !== undefined && { students }) };
    return cluster === 'real' ? onRealControlPlane(chosen) : chosen;
  } catch (error) {
    console.error(`Your calendar cannot be played: ${(error as Error).message}`);
    return undefined;
  }
}

const lengthOf = ({ endsAtMs, speed }: Story) => `${(endsAtMs / speed / 60_000).toFixed(0)} minutes`;

async function stayUp(
  sides: readonly Side[],
  { pool, signal }: { pool: string; signal: AbortSignal },
): Promise<void> {
  for (const { name, kubeconfigPath, scaler } of sides) {
    console.log(`${name === 'with' ? 'With the booking' : 'Without'}:`);
    console.log(`  ${scaler.url}/   the page;  /calendar.ics  /metrics  /api/v1/status`);
    console.log(`  export KUBECONFIG=${kubeconfigPath}`);
  }
  const deployment = deploymentName(pool);
  console.log('Then, for example:');
  console.log('  kubectl get nodes,deploy,pods');
  console.log(`  kubectl annotate deploy ${deployment} ${MANUAL_ANNOTATION}=2`);
  console.log(`  kubectl delete deploy ${deployment}`);
  console.log('Both stay up until Ctrl-C.');
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

if (import.meta.main) {
  await program.parseAsync();
  process.exitCode = await main(program.opts<Options>());
}
