// One made-up day for one alert: the series, and how many alerts of that name fire at which times.
import type { Series } from './rules.ts';

export interface Case {
  alert: string;
  /** Reads after the alert's name. */
  when: string;
  series: Series[];
  fires: Record<string, number>;
}

export const LEADER: Series = ['leader', '1x2000'];
export const STANDBY: Series = ['leader', '0x2000', 'b'];
