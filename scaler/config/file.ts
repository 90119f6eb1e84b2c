// The values file on disk: read once at start, and again whenever its content or that of a Secret it refers to changes.
// A mounted ConfigMap or Secret changes by the swap of a symbolic link, so content is compared, not file times.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Clock, Timer } from '../clock.ts';
import type { ReadSecret } from './feeds.ts';
import { type LoadedConfig, loadConfig } from './load.ts';

export interface ConfigSource {
  /** The values file. */
  path: string;
  /** Secrets as they are mounted: `<secretsDir>/<secret>/<key>`. */
  secretsDir?: string;
}

/** Changes when anything that was read to make the config changes. */
export interface ReadConfig extends LoadedConfig {
  fingerprint: string;
}

export function readConfigFile(path: string, { secretsDir }: { secretsDir?: string } = {}): ReadConfig {
  const hash = createHash('sha256');
  const read = (file: string): string | undefined => {
    let content: string | undefined;
    try {
      content = readFileSync(file, 'utf8');
    } catch (error) {
      hash.update(`\0${file}\0${codeOf(error)}`);
      throw error;
    }
    hash.update(`\0${file}\0${content}`);
    return content;
  };
  let loaded: LoadedConfig;
  try {
    loaded = loadConfig(read(path) as string, {
      file: basename(path),
      readSecret: secretsIn(secretsDir, read),
    });
  } catch (error) {
    loaded = { problems: [unreadable(path, error)] };
  }
  return { ...loaded, fingerprint: hash.digest('hex') };
}

/** Reads `<dir>/<secret>/<key>`; a name that leaves the folder reads nothing. */
export function secretsIn(
  dir: string | undefined,
  read: (file: string) => string | undefined,
): ReadSecret | undefined {
  if (dir === undefined) return undefined;
  return (secret, key) => {
    if (![secret, key].every((name) => /^[\w.-]+$/.test(name) && !/^\.+$/.test(name))) return undefined;
    try {
      return read(join(dir, secret, key));
    } catch {
      return undefined;
    }
  };
}

function unreadable(path: string, error: unknown): LoadedConfig['problems'][number] {
  const got = codeOf(error) === 'ENOENT' ? 'no such file' : codeOf(error);
  return {
    code: 'unreadable-file',
    source: 'config',
    severity: 'error',
    where: path,
    message: `expected a values file that can be read, got ${got}`,
    example: '--values values.yaml',
  };
}

/** What no check foresaw. The text of the error may quote the values, and with them an address: only its kind is told. */
function unusable(path: string, error: unknown): LoadedConfig['problems'][number] {
  const kind = error instanceof Error ? error.name : typeof error;
  return {
    code: 'unusable-values',
    source: 'config',
    severity: 'error',
    where: path,
    message: `expected values that can be put in force, got an error (${kind}); the old ones stay`,
    example: 'undo the last change of the values, then make it in smaller parts',
  };
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? String(error);

export interface ConfigWatch {
  stop(): void;
}

export interface WatchOptions extends ConfigSource {
  clock: Clock;
  /** Of the config in force, so that the first look reports only what changed since. */
  fingerprint: string;
  /**
   * Called when the content changed: a config to put in force, or only problems: then the old one stays in force. When
   * it throws at a config, that one is refused: it is called again with the error as a problem.
   */
  onChange(read: ReadConfig): void;
  everyMs?: number;
}

/** Looks at the file every few seconds. */
export function watchConfigFile({ clock, onChange, everyMs = 5_000, ...options }: WatchOptions): ConfigWatch {
  let seen = options.fingerprint;
  let timer: Timer;
  let stopped = false;
  const tell = (read: ReadConfig) => {
    try {
      onChange(read);
    } catch (error) {
      onChange({
        problems: [...read.problems, unusable(options.path, error)],
        fingerprint: read.fingerprint,
      });
    }
  };
  const look = () => {
    const read = readConfigFile(options.path, options);
    if (read.fingerprint !== seen) {
      seen = read.fingerprint;
      tell(read);
    }
    if (!stopped) timer = clock.after(everyMs, look);
  };
  timer = clock.after(everyMs, look);
  return {
    stop() {
      stopped = true;
      timer.cancel();
    },
  };
}
