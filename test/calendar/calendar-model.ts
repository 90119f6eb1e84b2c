// A calendar as a person means it: what the generator of random calendars writes down as iCalendar, and what the brute
// force expander works on without ever reading iCalendar.

/** A wall time such as `2026-03-29T02:30:00`, and where it is meant; a date has the time 00:00:00. */
export interface When {
  kind: 'date' | 'floating' | 'utc' | 'zoned';
  wall: string;
  /** IANA zone that is meant. */
  zone?: string;
  /** What the feed calls it: the IANA name, a Windows name, a name of its own. */
  tzid?: string;
}

/** DURATION: days by the calendar, then exact seconds. */
export interface Length {
  days: number;
  seconds: number;
}

export interface RuleModel {
  freq: 'YEARLY' | 'MONTHLY' | 'WEEKLY' | 'DAILY' | 'HOURLY';
  interval: number;
  count?: number;
  until?: When;
  byMonth?: number[];
  byWeekNo?: number[];
  byYearDay?: number[];
  byMonthDay?: number[];
  /** Day of the week (0 Monday) and, in a month or year, which one. */
  byDay?: { day: number; nth?: number }[];
  byHour?: number[];
  byMinute?: number[];
  bySetPos?: number[];
  weekStart?: number;
}

export interface EventText {
  summary: string;
  description: string;
}

export interface Replacement extends EventText {
  replaces: When;
  andFuture: boolean;
  cancelled: boolean;
  start?: When;
  end?: When;
  length?: Length;
}

export interface EventModel extends EventText {
  uid: string;
  start: When;
  end?: When;
  length?: Length;
  rule?: RuleModel;
  dates: { at: When; length?: Length }[];
  exceptions: When[];
  replacements: Replacement[];
  cancelled: boolean;
}

export interface CalendarModel {
  /** Where floating and all-day times are meant. */
  zone: string;
  events: EventModel[];
  from: number;
  to: number;
}
