// The log: one line per change and per new problem. Constant sentences, data in fields; JSON for machines, or text for a
// person at a terminal. Addresses of calendars and credentials never get here; `redact` is the net under that rule.
import { pino } from 'pino';
import { type Ink, inkFor, plainInk } from './terminal/ink.ts';

export type { Logger } from 'pino';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_FORMATS = ['json', 'text'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

export interface LogStream {
  write(line: string): void;
}

const SECRETS = ['url', 'password', 'token', 'username', 'authorization', 'Authorization'];

/** A logger that writes to `stream`, default stdout; as text it has the colours that stdout wants. */
export function openLog(
  level: LogLevel,
  {
    stream,
    format = 'json',
    ink = stream === undefined ? inkFor(process.stdout) : plainInk,
  }: { stream?: LogStream; format?: LogFormat; ink?: Ink } = {},
) {
  const out = stream ?? pino.destination({ dest: 1, sync: true });
  return pino(
    {
      level,
      base: undefined,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: [...SECRETS, ...SECRETS.map((key) => `*.${key}`)], censor: '(secret)' },
    },
    format === 'json' ? out : { write: (line: string) => out.write(textLine(line, ink)) },
  );
}

/** `09:50:00 info   written   pool=data8 from=0 to=3 reason=booked` */
function textLine(json: string, ink: Ink): string {
  const { level, time, msg, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const words = Object.entries(fields).map(([key, value]) => `${key}=${word(value)}`);
  return `${String(time).slice(11, 19)} ${levelText(String(level), ink)} ${String(msg).padEnd(12)} ${words.join(' ')}\n`;
}

function levelText(level: string, ink: Ink): string {
  const text = level.padEnd(5);
  if (level === 'error' || level === 'fatal') return ink('error', text);
  return level === 'warn' ? ink('warning', text) : text;
}

function word(value: unknown): string {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
    ? value.join(',')
    : JSON.stringify(value);
}
