// Ctrl-C for programs that hold a cluster: whatever way `work` ends, what was started is ended before the process is.
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Does `work`, then `end`; on Ctrl-C (SIGTERM, SIGHUP) `end` at once, and the process exits with 130. A second Ctrl-C
 * does not wait.
 */
export async function untilInterrupted(work: () => Promise<void>, end: () => Promise<void>): Promise<void> {
  let interrupted = 0;
  let tell = () => {};
  const asked = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const interrupt = () => {
    interrupted += 1;
    if (interrupted > 1) process.exit(130);
    console.log('ending what was started');
    tell();
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  try {
    const working = work();
    // What is torn from under it after Ctrl-C fails, and that is no news.
    working.catch(() => {});
    await Promise.race([working, asked]);
  } finally {
    await end();
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
  if (interrupted > 0) process.exit(130);
}
