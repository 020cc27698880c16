/** Draws a sequence diagram on a canvas, in the theme's colours. */

import { counted } from '../../../src/texts/index.js';
import { formatLatency } from '../../arithmetic/format.js';
import { LabelRoom, LINE, within, type LabelBox } from '../../arithmetic/label-room.js';
import { AXIS, laneX, lineOf, timeY } from '../../arithmetic/sequence-space.js';
import type { Arrow, LaneMark, Sequence } from '../../view-protocol.js';

interface Space {
  readonly width: number;
  readonly height: number;
  /** Position of the selected row. */
  readonly selected: number | null;
  /** What the pointer is on: it has its label, whatever is there. */
  readonly pointed: Arrow | LaneMark | null;
  /** Puts a moment, epoch milliseconds, into words. */
  readonly timeText: (at: number) => string;
}

const BAR = 5;
const HEAD = 6;

export function drawSequence(canvas: HTMLCanvasElement, said: Sequence, space: Space): void {
  const { width, height, selected } = space;
  const ratio = devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.scale(ratio, ratio);
  context.clearRect(0, 0, width, height);
  const style = getComputedStyle(canvas);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  context.font = `11px ${style.fontFamily}`;
  const { lanes, spans, marks, window } = said;
  const x = (lane: number): number => laneX(lane, lanes.length, width);
  const y = (at: number): number => timeY(at, height, window);

  drawAxis(context, said, space, colour('text-quiet'), colour('line'));
  for (const [index, lane] of lanes.entries()) {
    const top = Math.max(0, y(lane.from));
    const bottom = lane.to === null ? height : Math.min(height, y(lane.to));
    context.strokeStyle = colour('thumb');
    line(context, x(index), top, x(index), bottom);
  }
  for (const { from, to, at, end, failed } of spans) {
    context.fillStyle = failed ? colour('red') : colour('green');
    context.globalAlpha = 0.35;
    const top = Math.max(0, y(at));
    const bottom = end === null ? height : Math.min(height, y(end));
    for (const lane of to === null ? [from] : [from, to]) {
      context.fillRect(x(lane) - BAR / 2, top, BAR, Math.max(2, bottom - top));
    }
    context.globalAlpha = 1;
  }
  const labels = new Labels(context, width, colour('back'));
  const inkOf = (arrow: Arrow): string => {
    if (arrow.row === selected) return colour('text-strong');
    if (arrow.troubled) return colour('red');
    return colour(arrow.isReply ? 'in' : 'out');
  };
  const ofArrow = (arrow: Arrow): Label => {
    const { startX, startY, endX, endY } = lineOf(arrow, lanes.length, space, window);
    const [middle, y] = [(startX + endX) / 2, (startY + endY) / 2 - 7];
    const ink = colour(arrow.row === selected ? 'text-strong' : 'text');
    return { text: labelOf(arrow), middle, y, ink };
  };
  const ofMark = (mark: LaneMark, whole: boolean): Label => {
    const text = whole ? `${mark.what} ${space.timeText(mark.at)}` : mark.what;
    return { text, left: x(mark.lane) + 7, y: y(mark.at), ink: colour('amber') };
  };
  for (const arrow of said.arrows) {
    drawArrow(context, arrow, said, space, inkOf(arrow), arrow.row === selected);
    if (arrow.row === selected) labels.keep(ofArrow(arrow));
  }
  // What was pointed at may not be in the last answer.
  const pointed = [...marks, ...said.arrows].find((each) => each === space.pointed) ?? null;
  if (pointed !== null) labels.keep('what' in pointed ? ofMark(pointed, true) : ofArrow(pointed));
  for (const { lane, at } of marks) {
    context.fillStyle = colour('amber');
    context.fillRect(x(lane) - 4, y(at) - 1, 9, 2);
  }
  // Marks first: they are few, and say why the rest is as it is.
  for (const mark of marks) if (mark !== pointed) labels.offer(ofMark(mark, false));
  for (const arrow of said.arrows) {
    if (arrow.row !== selected && arrow !== pointed) labels.offer(ofArrow(arrow));
  }
  labels.draw();
}

interface Label {
  readonly text: string;
  /** Where it begins, or where its middle is. */
  readonly left?: number;
  readonly middle?: number;
  /** Of its middle. */
  readonly y: number;
  readonly ink: string;
}

/** Labels that do not lie over each other, each on a ground of its own. */
class Labels {
  readonly #room = new LabelRoom();
  readonly #placed: { readonly label: Label; readonly box: LabelBox }[] = [];

  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly width: number,
    private readonly ground: string,
  ) {}

  /** Drawn in any case. */
  keep(label: Label): void {
    const box = this.#boxOf(label);
    this.#room.force(box);
    this.#placed.push({ label, box });
  }

  /** Drawn where there is room. */
  offer(label: Label): void {
    const box = this.#boxOf(label);
    if (this.#room.take(box)) this.#placed.push({ label, box });
  }

  draw(): void {
    const { context, ground } = this;
    context.textAlign = 'left';
    context.textBaseline = 'middle';
    // What is kept comes last, on top.
    for (const { label, box } of this.#placed.reverse()) {
      context.globalAlpha = 0.8;
      context.fillStyle = ground;
      context.fillRect(box.left - 1, box.y - LINE / 2, box.right - box.left + 2, LINE);
      context.globalAlpha = 1;
      context.fillStyle = label.ink;
      context.fillText(label.text, box.left, box.y);
    }
  }

  #boxOf({ text, left, middle = 0, y }: Label): LabelBox {
    const { width } = this.context.measureText(text);
    const from = left ?? middle - width / 2;
    return within({ left: from, right: from + width, y }, AXIS, this.width - 2);
  }
}

function labelOf({ label, count, at, end, troubled }: Arrow): string {
  if (count > 1) return counted('message', count);
  const took = end === null || end <= at ? '' : ` ${formatLatency(end - at)}`;
  return `${troubled ? '✕ ' : ''}${label}${took}`;
}

function drawArrow(
  context: CanvasRenderingContext2D,
  arrow: Arrow,
  { lanes, window }: Sequence,
  size: Space,
  ink: string,
  isSelected: boolean,
): void {
  const { startX, startY, endX, endY } = lineOf(arrow, lanes.length, size, window);
  context.strokeStyle = ink;
  context.fillStyle = ink;
  context.lineWidth = (isSelected ? 2.5 : 1) + (arrow.count > 1 ? Math.log10(arrow.count) : 0);
  if (arrow.to === null || arrow.isReply) context.setLineDash([4, 3]);
  line(context, startX, startY, endX, endY);
  context.setLineDash([]);
  const angle = Math.atan2(endY - startY, endX - startX);
  context.beginPath();
  if (arrow.to === null) {
    context.lineWidth = 1.5;
    context.moveTo(endX - 3, endY - 3);
    context.lineTo(endX + 3, endY + 3);
    context.moveTo(endX + 3, endY - 3);
    context.lineTo(endX - 3, endY + 3);
    context.stroke();
  } else {
    context.moveTo(endX, endY);
    for (const side of [-1, 1]) {
      context.lineTo(
        endX - HEAD * Math.cos(angle + side * 0.45),
        endY - HEAD * Math.sin(angle + side * 0.45),
      );
    }
    context.fill();
  }
  context.lineWidth = 1;
}

function drawAxis(
  context: CanvasRenderingContext2D,
  { window }: Sequence,
  { width, height, timeText }: Space,
  ink: string,
  rule: string,
): void {
  const steps = Math.max(1, Math.floor(height / 60));
  context.textAlign = 'left';
  for (let step = 0; step <= steps; step += 1) {
    const at = window.from + ((window.to - window.from) * step) / steps;
    const y = timeY(at, height, window);
    context.strokeStyle = rule;
    line(context, AXIS - 6, y, width, y);
    context.fillStyle = ink;
    context.fillText(timeText(at), 4, y + 4);
  }
}

function line(
  context: CanvasRenderingContext2D,
  startX: number,
  startY: number,
  endX: number,
  endY: number,
): void {
  context.beginPath();
  context.moveTo(startX, startY);
  context.lineTo(endX, endY);
  context.stroke();
}
