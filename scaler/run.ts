// `run`: reads the values, connects, starts the service and ends it on SIGTERM or SIGINT; `--once` makes one pass and
// ends. Values that cannot be used end it at once, with every problem on a line of its own.
import { hostname } from 'node:os';
import { systemClock } from './clock.ts';
import { connect } from './cluster/connection.ts';
import { UsageError } from './commands/instants.ts';
import { readConfigFile } from './config/file.ts';
import { type LogFormat, type LogLevel, openLog } from './log.ts';
import { problemLine } from './problem.ts';
import { readToken } from './server/page-token.ts';
import { NOTHING_TO_SERVE, startService } from './service.ts';
import { inkFor } from './terminal/ink.ts';
import { progressOn } from './terminal/progress.ts';

export interface RunOptions {
  values: string;
  secretsDir?: string;
  namespace?: string;
  release: string;
  priorityClass?: string;
  identity?: string;
  lease?: boolean;
  port: number;
  host?: string;
  pagePort?: number;
  pageBasePath: string;
  pageTokenFile?: string;
  dryRun?: boolean;
  once?: boolean;
  /** Seconds; other than the usual ones where waiting for them takes too long. */
  watchSilence?: number;
  logLevel: LogLevel;
  logFormat?: LogFormat;
}

const ONCE_WITHIN_MS = 30_000;

/** Resolves with the exit code. */
export async function run(options: RunOptions): Promise<number> {
  const clock = systemClock();
  const progress = progressOn(process.stderr, clock);
  const { isTTY } = process.stdout;
  const log = openLog(options.logLevel, {
    format: options.logFormat ?? (isTTY ? 'text' : 'json'),
    ...(isTTY && {
      stream: { write: progress.beside((line) => process.stdout.write(line)) },
      ink: inkFor(process.stdout),
    }),
  });
  const source = {
    path: options.values,
    ...(options.secretsDir !== undefined && { secretsDir: options.secretsDir }),
  };
  const { pagePort, pageTokenFile: tokenFile } = options;
  if (pagePort !== undefined && tokenFile === undefined)
    throw new UsageError(
      '--page-port: expected --page-token-file FILE beside it, the token that opens the page',
    );
  const host = options.host ?? defaultHost();
  const page = pagePort !== undefined &&
    tokenFile !== undefined && { port: pagePort, host, basePath: options.pageBasePath, tokenFile };
  const read = readConfigFile(source.path, source);
  if (read.config === undefined) {
    for (const problem of read.problems) process.stderr.write(`${problemLine(problem)}\n`);
    return 1;
  }
  const connection = await connect();
  const namespace = options.namespace ?? connection.namespace;
  const dryRun = options.dryRun ?? false;
  log.info(
    { server: connection.server, namespace, pools: read.config.pools.map((p) => p.name), dryRun },
    'starting',
  );
  if (read.config.pools.length === 0) {
    log.warn(NOTHING_TO_SERVE);
  }

  // Somebody looks at a cluster for the first time: a large one takes seconds.
  if (dryRun) progress.say(`reading the nodes and pods of ${connection.server}`);
  const stopped = new Promise<NodeJS.Signals>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve);
  });
  const starting = startService({
    config: read.config,
    configProblems: read.problems,
    ...(!options.once && { configSource: { ...source, fingerprint: read.fingerprint } }),
    connection,
    namespace,
    release: options.release,
    priorityClass: options.priorityClass ?? `${options.release}-placeholder`,
    identity: options.identity ?? hostname(),
    lease: options.lease ?? false,
    dryRun,
    clock,
    log,
    ...(options.watchSilence !== undefined && { tuning: { silenceMs: options.watchSilence * 1_000 } }),
    ...(!options.once && { http: { port: options.port, host } }),
    ...(!options.once && page && { page }),
  });
  const settled = starting.then((service) => service.settled());
  const isOver = () => progress.end();
  void Promise.race([settled, stopped]).then(isOver, isOver);
  // Nothing is held before it has started: a signal in that time ends the process at once.
  const service = await Promise.race([starting, stopped.then(() => undefined)]);
  if (service === undefined) return 0;
  if (service.url !== undefined) log.info({ listening: service.url }, 'listening');
  if (service.pageUrl !== undefined && tokenFile !== undefined) {
    const token = await readToken(tokenFile);
    const fields = { listening: service.pageUrl, basePath: options.pageBasePath };
    if ('token' in token) log.info(fields, 'page published');
    else log.warn({ ...fields, problem: token.problem }, 'page published, but closed for want of a token');
  }

  if (options.once) {
    const report = await Promise.race([
      service.settled(),
      stopped.then(() => undefined),
      late(ONCE_WITHIN_MS),
    ]);
    progress.end();
    await service.stop();
    if (report === undefined) log.error('the cluster or a calendar could not be read in time');
    return report === undefined || report.problems.length > 0 ? 1 : 0;
  }
  const signal = await stopped;
  log.info({ signal }, 'stopping');
  await service.stop();
  log.info('stopped');
  return 0;
}

/** In a pod the kubelet and Prometheus come from outside; on a laptop nobody should. */
function defaultHost(): string {
  return process.env.KUBERNETES_SERVICE_HOST === undefined ? '127.0.0.1' : '::';
}

function late(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, ms, undefined).unref());
}
