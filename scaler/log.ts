// The log: JSON lines on stderr-free stdout for `run`, one line per change and per new problem. Constant sentences,
// data in fields. Addresses of calendars and credentials never get here; `redact` is the net under that rule.
import { pino } from 'pino';

export type { Logger } from 'pino';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const SECRETS = ['url', 'password', 'token', 'username', 'authorization', 'Authorization'];

/** A logger that writes to `stream` (default stdout). */
export function openLog(level: LogLevel, stream?: { write(line: string): void }) {
  return pino(
    {
      level,
      base: undefined,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: [...SECRETS, ...SECRETS.map((key) => `*.${key}`)], censor: '(secret)' },
    },
    stream ?? pino.destination({ dest: 1, sync: true }),
  );
}
