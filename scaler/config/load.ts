import type { Problem } from '../problem.ts';
import type { Config } from './schema.ts';

export interface LoadedConfig {
  /** Absent when an error makes the values unusable. */
  config?: Config;
  /** Errors and warnings, all of them at once, each with its path. */
  problems: Problem[];
}

/** Reads values from YAML text (a chart's values, or those values nested under the chart's name). */
export function loadConfig(
  _yamlText: string,
  _options: { file: string; readSecret?: (secret: string, key: string) => string | undefined },
): LoadedConfig {
  throw new Error('to be written');
}
