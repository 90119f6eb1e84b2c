// Shows the demo as a live picture on a terminal's second screen, and leaves the first one as it was.
import type { DemoView, Show } from '../story/play.ts';
import { draw } from './draw.ts';

const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

export interface Terminal {
  write(text: string): unknown;
  columns?: number;
  rows?: number;
}

export function terminalShow(out: Terminal): Show {
  let open = false;
  const paintView = (view: DemoView) => {
    if (!open) out.write(ENTER);
    open = true;
    const { columns = 80, rows = 24 } = out;
    const lines = draw(view, { columns, rows }).slice(0, rows);
    out.write(`${HOME}${lines.map((line) => `${line}${CLEAR_LINE}`).join('\r\n')}${CLEAR_BELOW}`);
  };
  const close = () => {
    if (open) out.write(LEAVE);
    open = false;
  };
  return { frame: paintView, end: close, close };
}
