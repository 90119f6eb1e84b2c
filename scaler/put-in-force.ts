// New values in every part of the running service, or the old ones again in all of them: never half of each.
import type { Config } from './config/schema.ts';

interface Part {
  reconfigure(config: Config): void;
}

/** The config that is in force afterwards. Throws what a part threw at the new one, when the old one is in force again. */
export function putInForce(parts: readonly Part[], { next, old }: { next: Config; old: Config }): Config {
  for (const [index, part] of parts.entries()) {
    try {
      part.reconfigure(next);
    } catch (error) {
      for (const begun of parts.slice(0, index + 1)) begun.reconfigure(old);
      throw error;
    }
  }
  return next;
}
