import type { CalendarLimits } from '../../scaler/config/schema.ts';

/** The limits that hold when the values say nothing. */
export const LIMITS: CalendarLimits = {
  bodyBytes: 20_000_000,
  lineBytes: 1_000_000,
  parametersPerLine: 200,
  nesting: 16,
  events: 50_000,
  datesPerSeries: 10_000,
  ruleCount: 10_000,
  occurrencesPerSeries: 10_000,
  occurrences: 100_000,
  durationDays: 400,
  descriptionBytes: 16_384,
  deadlineMs: 10_000,
  memoryMb: 512,
};
