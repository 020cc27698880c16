/** Draws a sequence diagram on a canvas, in the theme's colours. */

import { counted } from '../../../src/texts/index.js';
import { formatLatency } from '../../arithmetic/format.js';
import { AXIS, laneX, lineOf, timeY } from '../../arithmetic/sequence-space.js';
import type { Arrow, Sequence } from '../../view-protocol.js';

interface Space {
  readonly width: number;
  readonly height: number;
  /** Position of the selected row. */
  readonly selected: number | null;
  /** Puts a moment, epoch milliseconds, into words. */
  readonly timeText: (at: number) => string;
}

/** Pixels an arrow needs around it to have its label. */
const LABEL_ROOM = 11;
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
  let labelBelow = -Infinity;
  for (const arrow of said.arrows) {
    const isSelected = arrow.row === selected;
    const ink = isSelected
      ? colour('text-strong')
      : arrow.troubled
        ? colour('red')
        : arrow.isReply
          ? colour('in')
          : colour('out');
    const drawn = drawArrow(context, arrow, said, space, ink, isSelected);
    if (!isSelected && drawn.y - labelBelow < LABEL_ROOM) continue;
    labelBelow = drawn.y;
    context.fillStyle = isSelected ? colour('text-strong') : colour('text');
    context.textAlign = 'center';
    context.fillText(labelOf(arrow), drawn.x, drawn.y - 3);
  }
  context.textAlign = 'left';
  for (const { lane, at, what } of marks) {
    context.fillStyle = colour('amber');
    context.fillRect(x(lane) - 4, y(at) - 1, 9, 2);
    context.fillText(what, x(lane) + 7, y(at) + 4);
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
): { readonly x: number; readonly y: number } {
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
  return { x: (startX + endX) / 2, y: (startY + endY) / 2 };
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
