// How does a command draw for the stream it writes to: in which colours, and how wide? A pipe and a file get plain text
// whose lines are not broken.
import { type Ink, inkFor, type Painted, plainInk } from './ink.ts';

export interface Look {
  ink: Ink;
  /** Columns of the terminal; Infinity: lines are not broken. */
  columns: number;
}

export const PLAIN: Look = { ink: plainInk, columns: Infinity };

/** Too narrow to break anything sensibly; the terminal does it then. */
const NARROWEST = 24;

export function lookOf(stream: Painted & { columns?: number }): Look {
  const { isTTY = false, columns = 0 } = stream;
  return { ink: inkFor(stream), columns: isTTY && columns >= NARROWEST ? columns : Infinity };
}
