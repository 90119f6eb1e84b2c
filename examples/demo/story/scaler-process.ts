// The real scaler as a user starts it: a child process with a values file and a kubeconfig. Its decisions are read from
// its own status page, its death is noticed, and it is ended by its process id.
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

export interface ScalerDecision {
  count?: number;
  reason: string;
  sentence: string;
}

export interface ScalerProcess {
  url: string;
  pid: number;
  /** The last decision for the pool that was heard of. */
  decision(): ScalerDecision | undefined;
  /** Resolves when it is ready to decide; rejects when it ends before, or takes too long. */
  ready(signal: AbortSignal): Promise<void>;
  /** SIGTERM, and after five seconds SIGKILL. */
  stop(): Promise<void>;
  /** For the very end of this process, when nothing can be waited for. */
  kill(): void;
}

export interface ScalerProcessOptions {
  valuesPath: string;
  kubeconfigPath: string;
  namespace: string;
  release: string;
  pool: string;
  /** Called when it ends without being asked to. */
  onDeath(message: string): void;
}

const MAIN = fileURLToPath(new URL('../../../scaler/main.ts', import.meta.url));
const POLL_MS = 250;
const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 5_000;

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('expected a port, got none');
  return address.port;
}

export async function startScaler(options: ScalerProcessOptions): Promise<ScalerProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const words = ['run', '--values', options.valuesPath, '--namespace', options.namespace];
  words.push('--release', options.release, '--port', String(port));
  const child: ChildProcess = spawn(process.execPath, [MAIN, ...words], {
    env: { ...process.env, KUBECONFIG: options.kubeconfigPath, NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const heard: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      heard.push(...text.split('\n').filter(Boolean));
      heard.splice(0, heard.length - 20);
    });
  }
  let asked = false;
  let ended: string | undefined;
  const end = new Promise<void>((resolve) => {
    const over = (how: string) => {
      ended ??= `the scaler (pid ${child.pid}) ended ${how}; it said last:\n${heard.slice(-5).join('\n')}`;
      resolve();
      if (!asked) options.onDeath(ended);
    };
    child.once('exit', (code, signal) => over(signal ? `by ${signal}` : `with exit code ${code}`));
    child.once('error', (error) => over(`before it began: ${error.message}`));
  });

  let decision: ScalerDecision | undefined;
  let poll: NodeJS.Timeout | undefined;
  const look = async () => {
    try {
      const response = await fetch(`${url}/api/v1/status`, { signal: AbortSignal.timeout(2_000) });
      const body = (await response.json()) as { pools?: (ScalerDecision & { pool: string })[] };
      decision = body.pools?.find(({ pool }) => pool === options.pool) ?? decision;
    } catch {
      // Busy or on its way out: the next look says more, and a death is noticed by itself.
    }
    if (!asked) poll = setTimeout(look, POLL_MS);
  };

  return {
    url,
    pid: child.pid ?? 0,
    decision: () => decision,
    async ready(signal) {
      const giveUpAt = performance.now() + READY_WITHIN_MS;
      while (performance.now() < giveUpAt) {
        signal.throwIfAborted();
        if (ended !== undefined) throw new Error(ended);
        const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(
          () => undefined,
        );
        await response?.body?.cancel();
        if (response?.status === 200) {
          void look();
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(
        `the scaler (pid ${child.pid}) was not ready within 30 s; it said last:\n${heard.join('\n')}`,
      );
    },
    async stop() {
      asked = true;
      clearTimeout(poll);
      if (ended !== undefined) return;
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await end;
      clearTimeout(late);
    },
    kill() {
      if (ended === undefined) child.kill('SIGKILL');
    },
  };
}
