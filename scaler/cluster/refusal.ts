// What the API server said when it did not do what it was asked, from the error that a typed call throws: status,
// reason, its own sentence (an admission policy's text is in it) and how long it wants to be left alone.
// Never the whole body: a person reads this in a log line.
import { ApiException } from '@kubernetes/client-node';
import { readRetryAfter } from './backoff.ts';

export interface Refusal {
  /** HTTP status; absent when there was no answer. */
  status?: number;
  /** Kubernetes' word for it: `Invalid`, `Forbidden`, `AlreadyExists`, ... */
  reason?: string;
  /** `PATCH deployments/data8-placeholder: 422 Invalid: ...`, at most about 500 characters. */
  message: string;
  retryAfterMs?: number;
  /** The field that cannot be changed on the object that is there, when that is the reason. */
  immutableField?: string;
}

const LONGEST_TEXT = 400;

/** `call` says what was tried, without the address: `PATCH deployments/data8-placeholder`. */
export function readRefusal(call: string, error: unknown, nowMs: number): Refusal {
  if (!(error instanceof ApiException)) {
    // The connection names what happened itself.
    const named = error instanceof Error ? /: no answer: (.*)/s.exec(error.message)?.[1] : undefined;
    return { message: `${call}: no answer: ${shorten(named ?? causes(error))}` };
  }
  const status = error.code;
  const said = parseStatus(error.body);
  const words = [said.reason, said.message ? shorten(said.message) : undefined].filter(Boolean).join(': ');
  const retryAfterMs = retryAfter(
    header(error.headers, 'retry-after'),
    said.details?.retryAfterSeconds,
    nowMs,
  );
  const immutableField = immutable(said);
  return {
    status,
    ...(said.reason && { reason: said.reason }),
    message: `${call}: ${status}${words ? ` ${words}` : ''}`,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(immutableField !== undefined && { immutableField }),
  };
}

/** Refused for a reason that asking again soon does not change: no conflict, overload, broken server or old token. */
export function isLasting({ status }: Refusal): boolean {
  return status !== undefined && status >= 400 && status < 500 && ![401, 408, 409, 429].includes(status);
}

interface Status {
  reason?: string;
  message?: string;
  details?: { retryAfterSeconds?: number; causes?: { field?: string; message?: string }[] };
}

/** Kubernetes answers with a Status object; a proxy in between may answer with anything. */
function parseStatus(body: unknown): Status {
  if (body !== null && typeof body === 'object') return body as Status;
  if (typeof body !== 'string') return {};
  try {
    const parsed: unknown = JSON.parse(body);
    return parsed !== null && typeof parsed === 'object' ? (parsed as Status) : {};
  } catch {
    return { message: body.replace(/<[^>]*>/g, ' ').trim() };
  }
}

function immutable({ message, details }: Status): string | undefined {
  const cause = details?.causes?.find((c) => c.message?.includes('field is immutable'));
  return cause?.field ?? /([\w.[\]]+): Invalid value: .*field is immutable/s.exec(message ?? '')?.[1];
}

/** undici's own message is `fetch failed`; what happened is in the cause. */
function causes(error: unknown): string {
  const texts: string[] = [];
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const code = (at as NodeJS.ErrnoException).code;
    texts.push(
      typeof code === 'string' && !at.message.includes(code) ? `${at.message} (${code})` : at.message,
    );
  }
  return texts.filter(Boolean).join(': ') || String(error);
}

function header(headers: Record<string, string>, name: string): string | undefined {
  return Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
}

/** The header, or what some answers carry in the body alone. */
function retryAfter(
  text: string | undefined,
  seconds: number | undefined,
  nowMs: number,
): number | undefined {
  return readRetryAfter(text, nowMs) ?? (seconds !== undefined && seconds > 0 ? seconds * 1000 : undefined);
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT)} ...` : line;
}
