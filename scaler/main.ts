#!/usr/bin/env node
// The command line: which words there are, and which code answers them. Wiring only; each command is imported when it
// is used, so that `check` does not wait for the Kubernetes client.
// Exit codes: 0 fine, 1 problems found (events: the feed could not be read), 2 wrong usage.
import { Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from './commands/instants.ts';
import { LOG_FORMATS, LOG_LEVELS } from './log.ts';
import { version } from './version.ts';

const VALUES = "the chart's values file, also with the values nested under the chart's name";
const valuesFile = () => new Option('-f, --values <file>', VALUES).argParser(onlyOne).makeOptionMandatory();
const valuesFiles = () =>
  new Option('-f, --values <file>', `${VALUES}; of several the later ones win, as Helm takes them`)
    .argParser(several)
    .makeOptionMandatory();
const secretsDir = () =>
  new Option('--secrets-dir <dir>', 'folder with one folder per Secret, as the chart mounts them');
const calendar = () =>
  new Option('--calendar <file|url>', 'read this calendar instead of those in the values');
const from = () => new Option('--from <time>', 'ISO time or date; local ones are in the calendar time zone');
const to = () => new Option('--to <time>', 'ISO time or date, not included');

/** Helm also takes several with commas between them. */
function several(text: string, before: string[] = []): string[] {
  return [...before, ...text.split(',').filter((file) => file !== '')];
}

function onlyOne(text: string, before?: string): string {
  if (before === undefined) return text;
  throw new InvalidArgumentError('Expected one file, as the chart mounts it; plan and check take several.');
}

function port(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) {
    throw new InvalidArgumentError(`Expected a port from 0 to 65535, e.g. --port 8080.`);
  }
  return number;
}

export function commandLine(): Command {
  const program = new Command('node-placeholder-scaler')
    .description('Keeps as many placeholder pods per node pool as the events of a calendar book.')
    .version(version())
    .exitOverride((end) => process.exit(end.exitCode === 0 ? 0 : 2))
    .showHelpAfterError('(--help shows the options and examples)');

  program
    .command('run')
    .description(
      'run the service against the cluster of the kubeconfig context or of its own service account',
    )
    .addOption(valuesFile())
    .addOption(secretsDir())
    .option(
      '--namespace <name>',
      'namespace of the placeholders (default: that of the kubeconfig context or the pod)',
    )
    .option('--release <name>', 'name that the chart gave to its objects', 'node-placeholder-scaler')
    .option('--priority-class <name>', "the placeholders' PriorityClass (default: RELEASE-placeholder)")
    .option('--identity <name>', "this replica's name in the lease (default: host name)")
    .option('--lease', 'lead only while holding the Lease; needed with two replicas')
    .option('--port <number>', 'HTTP port, 0 for any free one', port, 8080)
    .option('--host <address>', 'HTTP address (default: all in a pod, 127.0.0.1 elsewhere)')
    .option('--page-port <number>', 'publish page and answer calendar, and nothing else, on this port', port)
    .option('--page-base-path <path>', 'path under which they are published', '/')
    .option('--page-token-file <file>', 'file with the token that opens them')
    .option('--dry-run', 'decide and report, write nothing')
    .option('--once', 'one pass, then exit; exit code 1 when it met problems')
    .addOption(
      new Option(
        '--watch-silence <seconds>',
        'a watch without a byte for this long is read anew (default: 90)',
      )
        .argParser(Number)
        .hideHelp(),
    )
    .addOption(
      new Option('--log-level <level>', 'least important lines to print').choices(LOG_LEVELS).default('info'),
    )
    .addOption(
      new Option(
        '--log-format <format>',
        'how to print lines (default: text on a terminal, else json)',
      ).choices(LOG_FORMATS),
    )
    .addHelpText(
      'after',
      `
Examples:
  node-placeholder-scaler run --values values.yaml --dry-run         watch the current context, change nothing
  node-placeholder-scaler run --values values.yaml --dry-run --once  one look, then exit`,
    )
    // What still waits for an answer at the end is not waited for; the log is written synchronously.
    .action(async (options) => process.exit(await (await import('./run.ts')).run(options)));

  program
    .command('plan')
    .description('print what the calendars book, window by window, and every problem')
    .addOption(valuesFiles())
    .addOption(secretsDir())
    .addOption(calendar())
    .addOption(from())
    .addOption(to())
    .option('--pool <name>', 'this pool only; may be given several times', (name, before: string[] = []) => [
      ...before,
      name,
    ])
    .option('--event <title>', 'only what events with this in their title book, and their problems')
    .addOption(
      new Option('--output <format>', 'how to print it').choices(['table', 'json', 'ics']).default('table'),
    )
    .addHelpText(
      'after',
      `
Examples:
  node-placeholder-scaler plan --values values.yaml
  node-placeholder-scaler plan --values values.yaml --calendar class.ics --from 2026-11-23 --to 2026-11-30
  node-placeholder-scaler plan --values values.yaml --pool data8 --event midterm
  node-placeholder-scaler plan --values values.yaml --output json
  node-placeholder-scaler plan --values values.yaml --output ics > understood.ics`,
    )
    .action(async (options) => exit(await (await import('./commands/plan.ts')).plan(options)));

  program
    .command('check')
    .description('validate the values and the calendars; exit code 1 when there is a problem')
    .addOption(valuesFiles())
    .addOption(secretsDir())
    .addOption(calendar())
    .option('--no-calendars', 'validate the values only, fetch nothing')
    .addOption(
      new Option('--output <format>', 'how to print it; github: annotations at the lines of a pull request')
        .choices(['text', 'json', 'github'])
        .default('text'),
    )
    .addHelpText(
      'after',
      `
Examples:
  node-placeholder-scaler check --values values.yaml
  node-placeholder-scaler check --values common.yaml --values hub.yaml --no-calendars
  node-placeholder-scaler check --values values.yaml --calendar class.ics`,
    )
    .action(async (options) => exit(await (await import('./commands/check.ts')).check(options)));

  program
    .command('size')
    .description('print the placeholder size for a node: what is left of it beside what always runs there')
    .requiredOption('--node <name>', 'name of a node of the pool, best with no users on it')
    .addOption(new Option('--output <format>', 'how to print it').choices(['text', 'json']).default('text'))
    .addHelpText('after', '\nExample:\n  node-placeholder-scaler size --node gke-data8-1a2b3c4d-xyz')
    .action(async (options) => exit(await (await import('./commands/size.ts')).size(options)));

  program
    .command('events')
    .description('print the occurrences of a feed that overlap [from, to), one JSON object per line')
    .addOption(calendar().makeOptionMandatory())
    .option('--timezone <name>', "zone of floating and all-day times (default: the feed's own, else UTC)")
    .addOption(from().makeOptionMandatory())
    .addOption(to().makeOptionMandatory())
    .addOption(new Option('--output <format>', 'how to print it').choices(['jsonl']).default('jsonl'))
    .addHelpText(
      'after',
      `
Example:
  node-placeholder-scaler events --calendar class.ics --timezone America/Los_Angeles \\
    --from 2026-11-23T00:00:00Z --to 2026-11-30T00:00:00Z`,
    )
    .action(async (options) => exit(await (await import('./commands/events.ts')).events(options)));

  return program;
}

/** Lets what was printed leave a pipe before the process ends. */
function exit(code: number): void {
  process.exitCode = code;
}

if (import.meta.main) {
  try {
    await commandLine().parseAsync();
  } catch (error) {
    process.stderr.write(`error: ${sentence(error)}\n`);
    process.exit(error instanceof UsageError ? 2 : 1);
  }
}

/** What went wrong in one line; the stack helps only whoever asks for debug lines. */
function sentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const debug = process.argv.includes('debug');
  return debug && !(error instanceof UsageError) ? String(error.stack) : error.message;
}
