// The demo as a picture: both runs side by side, a line per node. Takes the view and the size, gives lines of text;
// 80 columns and 24 lines are enough.
import type { DemoView } from '../story/play.ts';
import type { NodeRow, SideView } from '../story/side.ts';
import { clockText, type Story, titleOf } from '../story/story.ts';
import { padTo, paint, wrap } from './paint.ts';

export interface Size {
  columns: number;
  rows: number;
}

const WIDEST = 104;
/** Lines that are neither nodes nor the scaler's sentence: head, titles, counts, foot. */
const FIXED_ROWS = 10;
const BETWEEN = ` ${paint('│', 'dim')} `;

export function draw(view: DemoView, { columns, rows }: Size): string[] {
  const width = Math.min(columns, WIDEST) - 1;
  const half = Math.floor((width - 3) / 2);
  const sentenceRows = rows >= 30 ? 6 : 4;
  // Each placeholder that goes asks for one node more: beyond that there is nothing to show.
  const most = 2 * view.story.count + 2;
  const nodeRows = Math.min(Math.max(rows - FIXED_ROWS - sentenceRows, 4), Math.max(most, 4));
  const [left = [], right = []] = view.sides.map((side) =>
    drawSide(side, view, { width: half, nodeRows, sentenceRows }),
  );
  const beside = left.map((line, index) => `${line}${BETWEEN}${right[index] ?? ''}`);
  return [...head(view, width), ...beside, foot(width)];
}

function head({ story, elapsedMs, phase }: DemoView, width: number): string[] {
  const clock = `class ${clockText(elapsedMs - story.classAtMs, { sign: true })}`;
  const truth = `${story.played.on}, ${story.speed} times as fast (1 s = ${story.speed} s of class)`;
  const done = Math.min(Math.max(elapsedMs / story.endsAtMs, 0), 1);
  const bar = Math.round(done * width);
  return [
    padTo(`${paint('demo:', 'bold')} ${paint(truth, 'dim')}`, width),
    `${paint(padTo(clock, 13), 'bold', 'yellow')}${padTo(phase, width - 13)}`,
    `${paint('━'.repeat(bar), 'yellow')}${paint('━'.repeat(width - bar), 'dim')}`,
  ];
}

function drawSide(
  side: SideView,
  { story, elapsedMs }: DemoView,
  at: { width: number; nodeRows: number; sentenceRows: number },
): string[] {
  const { width, nodeRows, sentenceRows } = at;
  const { outcome, decision } = side;
  const typed = elapsedMs >= story.typedAtMs;
  const title = side.name === 'with' ? 'WITH THE BOOKING' : 'WITHOUT';
  const calendar =
    side.name === 'with' && typed ? `calendar: ${bookingLine(story)}` : 'calendar: nothing for this class';
  const sentence = decision
    ? `scaler: ${decision.count ?? 'leaves it'} ${decision.reason}: ${decision.sentence}`
    : 'scaler: looking at the cluster';
  const nodes = side.nodes.map((node) => drawNode(node, width));
  const shown = nodes.slice(0, nodes.length > nodeRows ? nodeRows - 1 : nodeRows);
  if (shown.length < nodes.length)
    shown.push(paint(padTo(`and ${nodes.length - shown.length} nodes more`, width), 'dim'));
  while (shown.length < nodeRows) shown.push(' '.repeat(width));
  const landed = side.loggedIn - side.waiting - side.starting;
  const waiting =
    side.waiting > 0 ? paint(`${side.waiting} waiting`, 'bold', 'red') : paint('0 waiting', 'dim');
  const longest = clockText(outcome.longestWaitMs);
  const wait = side.loggedIn === 0 ? '' : `longest wait ${longest}`;
  return [
    paint(padTo(title, width), 'bold', side.name === 'with' ? 'green' : 'white'),
    paint(padTo(calendar, width), side.name === 'with' && typed ? 'cyan' : 'dim'),
    ...wrap(sentence, width, sentenceRows).map((line) => paint(line, 'dim')),
    ...shown,
    padTo(`${paint(`${landed}`, 'bold', 'green')} of ${side.students} students in, ${waiting}`, width),
    padTo(outcome.longestWaitMs > 60_000 ? paint(wait, 'red') : wait, width),
    padTo(
      `${side.nodes.length} ${side.nodes.length === 1 ? 'node' : 'nodes'}, ${Math.round(outcome.nodeMinutes)} node-minutes so far`,
      width,
    ),
  ];
}

/** The line of the description that books, as it was typed. */
function bookingLine(story: Story): string {
  return `"${titleOf(story)}"  ${story.pool}: ${story.count}`;
}

function drawNode(node: NodeRow, width: number): string {
  const name = node.name.split('-').at(-1) ?? node.name;
  const label = 20;
  const bar = width - 6 - label;
  if (node.state === 'booting') {
    const done = Math.min(Math.max(Math.round(node.booted * bar), 0), bar);
    const drawn = `${paint('▒'.repeat(done), 'yellow')}${paint('·'.repeat(bar - done), 'dim')}`;
    return `${paint(padTo(name, 5), 'dim')}${drawn} ${paint(padTo(`boots, ${clockText(node.joinsInMs)} left`, label), 'yellow')}`;
  }
  const used = Math.min(Math.ceil((node.users / node.seats) * bar), bar);
  const users = paint('█'.repeat(used), 'green');
  const free = node.placeholder
    ? paint('░'.repeat(bar - used), 'cyan')
    : paint('·'.repeat(bar - used), 'dim');
  const text = nodeText(node);
  return `${padTo(name, 5)}${users}${free} ${padTo(text, label)}`;
}

function nodeText({ users, seats, placeholder, state, goesInMs }: NodeRow): string {
  if (users > 0) return `${String(users).padStart(2)} of ${seats} seats`;
  if (placeholder) return paint(state === 'pulling' ? 'spare, pulls image' : 'spare, warm', 'cyan');
  if (state === 'pulling') return paint('new, pulls image', 'dim');
  return paint(goesInMs === undefined ? 'empty' : `empty, goes in ${clockText(goesInMs)}`, 'dim');
}

function foot(width: number): string {
  const parts = [
    `${paint('█', 'green')} students`,
    `${paint('░', 'cyan')} placeholder keeps it warm`,
    `${paint('▒', 'yellow')} boots`,
    `${paint('·', 'dim')} free`,
    paint('Ctrl-C ends', 'dim'),
  ];
  return padTo(parts.join('  '), width);
}
