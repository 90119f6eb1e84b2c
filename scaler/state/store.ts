// Where the saved state is kept: one ConfigMap, read at start (and again by a replica that becomes the leader), written
// at most every five minutes or when it matters, only when it says something new. Losing it costs a restart its memory, nothing
// more: whatever cannot be read or written becomes a problem, and the scaler goes on.
import { type CoreV1Api, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import type { Clock } from '../clock.ts';
import { LONGEST_ASKED_MS } from '../cluster/backoff.ts';
import { isLasting, type Refusal, readRefusal } from '../cluster/refusal.ts';
import { FIELD_MANAGER } from '../placeholder/labels.ts';
import type { Problem } from '../problem.ts';
import { within } from '../within.ts';
import { type ReadState, readStateText, stateText } from './saved-text.ts';
import { isNews, type SavedState } from './state.ts';

/** failed: may work the next time; refused: the API server will not have it (rights, policy). */
export type SaveOutcome = 'saved' | 'unchanged' | 'failed' | 'refused';

export interface StateStore {
  /**
   * What was saved. Waits up to about eight seconds for an API server that does not answer; `answered: false` after
   * that: nothing is written before a later call is answered, so that a state nobody has seen is not overwritten.
   */
  read(): Promise<ReadState & { answered: boolean }>;
  /** After every pass: writes when it says something new and the last write is five minutes old. */
  offer(): Promise<SaveOutcome>;
  /** When it matters: writes now when it changed. */
  save(): Promise<SaveOutcome>;
  /** The last write, when it changed; at most two seconds. */
  stop(): Promise<void>;
  /** Why it cannot be read or written now. */
  problem(): Problem | undefined;
}

export interface StoreOptions {
  core: Pick<CoreV1Api, 'readNamespacedConfigMap' | 'patchNamespacedConfigMap'>;
  namespace: string;
  name: string;
  clock: Clock;
  /** The state as it is now. */
  collect(): SavedState;
  /** A replica that does not lead leaves the leader's state alone. */
  mayWrite(): boolean;
}

const KEY = 'state.json';
const WRITE_EVERY_MS = 5 * 60_000;
const RETRY_AFTER_MS = 30_000;
const READ_RETRIES_MS = [500, 1_000, 2_000, 4_000];
const READ_WITHIN_MS = 8_000;
const STOP_WITHIN_MS = 2_000;

export function openStore({ core, namespace, name, clock, collect, mayWrite }: StoreOptions): StateStore {
  const where = `ConfigMap ${namespace}/${name}`;
  let answered = false;
  let problem: Problem | undefined;
  let saved: SavedState | undefined;
  let nextOfferMs = Number.NEGATIVE_INFINITY;
  let writing: Promise<SaveOutcome> = Promise.resolve('unchanged');

  async function readOnce(): Promise<ReadState & { refusal?: Refusal }> {
    try {
      const { data } = await core.readNamespacedConfigMap({ name, namespace });
      const text = data?.[KEY];
      return text === undefined ? {} : readStateText(text, where);
    } catch (error) {
      const refusal = readRefusal(`GET configmaps/${name}`, error, clock.now());
      if (refusal.status === 404) return {};
      return { refusal, problem: unreadable(refusal) };
    }
  }

  /** Several times when it fails, also for want of rights (they may be on their way); silence counts as no answer. */
  async function readPatiently(): Promise<ReadState & { refusal?: Refusal }> {
    const silence: Refusal = {
      message: `GET configmaps/${name}: no answer within ${READ_WITHIN_MS / 1_000} s`,
    };
    let found: ReadState & { refusal?: Refusal } = { refusal: silence, problem: unreadable(silence) };
    const attempts = async () => {
      for (const delay of [...READ_RETRIES_MS, 0]) {
        found = await readOnce();
        if (found.refusal === undefined) return;
        await new Promise<void>((resolve) => clock.after(delay, resolve));
      }
    };
    await within(READ_WITHIN_MS, clock, attempts());
    return found;
  }

  const unreadable = (refusal: Refusal) =>
    unavailable(where, 'to read what the last run remembered', refusal);

  async function writeIf(
    differs: (state: SavedState, saved: SavedState | undefined) => boolean,
  ): Promise<SaveOutcome> {
    if (!answered || !mayWrite()) return 'failed';
    try {
      const state = collect();
      if (!differs(state, saved)) return 'unchanged';
      const body = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace },
        data: { [KEY]: stateText(state) },
      };
      await core.patchNamespacedConfigMap(
        { name, namespace, body, fieldManager: FIELD_MANAGER, force: true },
        setHeaderOptions('Content-Type', PatchStrategy.ServerSideApply),
      );
      [saved, problem] = [state, undefined];
      nextOfferMs = clock.monotonic() + WRITE_EVERY_MS;
      return 'saved';
    } catch (error) {
      const refusal = readRefusal(`PATCH configmaps/${name}`, error, clock.now());
      problem = unavailable(where, 'to write what a restart must remember', refusal);
      const lasting = isLasting(refusal);
      const askedMs = Math.min(refusal.retryAfterMs ?? 0, LONGEST_ASKED_MS);
      nextOfferMs = clock.monotonic() + (lasting ? WRITE_EVERY_MS : Math.max(RETRY_AFTER_MS, askedMs));
      return lasting ? 'refused' : 'failed';
    }
  }

  /** One write after another: the later one sees what the earlier one saved. */
  const enqueue = (differs: typeof isNews) => {
    writing = writing.then(() => writeIf(differs));
    return writing;
  };
  const save = () => enqueue(isChanged);

  return {
    async read() {
      const { refusal, ...read } = await readPatiently();
      answered ||= refusal === undefined || isLasting(refusal);
      problem = read.problem;
      return { ...read, answered };
    },
    offer: async () => (clock.monotonic() < nextOfferMs ? 'unchanged' : enqueue(isNews)),
    save,
    async stop() {
      await within(STOP_WITHIN_MS, clock, save());
    },
    problem: () => problem,
  };
}

/** In anything but the time of saving. */
function isChanged(state: SavedState, saved: SavedState | undefined): boolean {
  const content = (of: SavedState | undefined) => JSON.stringify({ ...of, savedAtMs: 0 });
  return content(state) !== content(saved);
}

function unavailable(where: string, expected: string, { message }: Refusal): Problem {
  return {
    code: 'state-unavailable',
    source: 'cluster',
    severity: 'warning',
    where,
    message: `expected ${expected}, got ${message}; the scaler works without, but a restart now starts from nothing`,
  };
}
