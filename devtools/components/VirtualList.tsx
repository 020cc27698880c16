/** A long list of rows of one height, of which only those in view exist. The arithmetic is in windowing.ts. */

import type { ComponentChildren, ComponentProps, RefObject } from 'preact';
import {
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useReducer,
  useRef,
  useState,
} from 'preact/hooks';
import { trailEnd, trailFrom, trailMoved, trailTo, type Trail } from '../arithmetic/trail.js';
import {
  afterLoss,
  afterMove,
  afterResize,
  afterReveal,
  afterScroll,
  isInView,
  isScaled,
  maxOffset,
  newestOffset,
  pageRows,
  scrollOf,
  seenAt,
  slotsFor,
  trackHeight,
  windowAt,
  type Geometry,
  type Position,
  type Slots,
  type Window,
} from '../arithmetic/windowing.js';

/** Rows drawn beyond each edge, so that scrolling does not show blank space before the next paint. */
const OVERSCAN = 8;
/** And beyond the edge towards which the person scrolls. */
const AHEAD = 16;
/** Viewports that are asked for beyond that edge, to be there when they are scrolled to. */
const ASKED_AHEAD = 2;
/** Rows drawn beyond each edge after a move that was farther than that: the next one hardly goes there. */
const OVERSCAN_AFTER_JUMP = 2;

/** Milliseconds after which rows that are not at hand are drawn all the same, as what is known of them. */
const PATIENCE_MS = 120;

/** Rows the list wants to be told. */
export interface WantedRows {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  /** The list sticks to the newest rows. */
  readonly follows: boolean;
  /** The person has moved the list there. */
  readonly byHand: boolean;
}

/** Rows in view, in part or whole. */
export interface DrawnRows {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
  /** The list sticks to the newest rows. */
  readonly follows: boolean;
}

export interface ListControls {
  /** @param centred in the middle, when it is not in view */
  reveal(index: number, centred?: boolean): void;
  /** Goes to where new rows come, and sticks to it. */
  toNewest(): void;
  /** Rows that fit. */
  page(): number;
  /** Rows that can be seen whole; `end` is exclusive. */
  seen(): { readonly first: number; readonly end: number };
  focus(): void;
}

export interface VirtualListProps {
  readonly count: number;
  readonly rowHeight: number;
  /** How far what is in view has moved up in the list, counted up: it stays where it is in view. */
  readonly gone?: number | undefined;
  /** Where new rows come: the list sticks to it, until the person scrolls away. */
  readonly newest?: 'start' | 'end' | undefined;
  readonly controls: RefObject<ListControls | null>;
  /** A row that stays in view when the list gets lower, if it was in view before. */
  readonly inView?: number | null;
  /** Sticks to the top while the rows scroll. */
  readonly header?: ComponentChildren;
  readonly headerHeight?: number;
  /** Draws rows `first` to `end` (exclusive); `slots` holds a key for each, so that elements are used again. */
  readonly children: (first: number, end: number, slots: readonly number[]) => ComponentChildren;
  /**
   * Whether rows `first` to `end` (exclusive) are at hand. While those of the place that the list was scrolled to are
   * not, it draws those of the place before, for a moment. Absent: all are.
   */
  readonly isKnown?: (first: number, end: number) => boolean;
  readonly onWindow?: (wanted: WantedRows) => void;
  readonly onDrawn?: (drawn: DrawnRows) => void;
  /** Takes how wide the list is, px. */
  readonly onRoom?: (width: number) => void;
  readonly attributes: ComponentProps<'div'>;
}

export function VirtualList(props: VirtualListProps) {
  const { count, rowHeight, gone = 0, newest } = props;
  const { header, headerHeight = 0, isKnown, onWindow, onDrawn, onRoom } = props;
  const element = useRef<HTMLDivElement>(null);
  const [viewport, setViewport] = useState(0);
  const [, redraw] = useReducer<number, undefined>((drawn) => drawn + 1, 0);
  const geometry: Geometry = { count, rowHeight, viewport, newest };
  const drawn = useRef<Geometry>(geometry);
  const position = useRef<Position>({ offset: 0, follow: newest !== undefined });
  const known = useRef(gone);
  const slots = useRef<Slots>({ first: 0, numbers: [] });
  /** The position was changed by us, so that `scrollTop` has to be set. */
  const moved = useRef(false);
  /** Whether the person has moved the list since rows were asked for, and in which direction the last time. */
  const byHand = useRef(false);
  const direction = useRef(0);
  /** The last move was so far that nothing near it is likely to be in view next. */
  const jumped = useRef(false);
  const trail = useRef<Trail>([]);

  const movedByHand = useCallback((next: Position) => {
    if (next === position.current) return false;
    byHand.current = true;
    const by = next.offset - position.current.offset;
    direction.current = Math.sign(by);
    jumped.current = Math.abs(by) > ASKED_AHEAD * drawn.current.viewport;
    position.current = next;
    return true;
  }, []);

  const move = useCallback(
    (next: Position) => {
      if (!movedByHand(next)) return;
      moved.current = true;
      redraw(undefined);
    },
    [movedByHand],
  );

  /** @returns whether the person has scrolled */
  function readScroll(): boolean {
    const { current } = element;
    if (current === null || moved.current) return false;
    // As high as it is now: Firefox moves a list that got higher at its end, before we hear of the new height.
    const now = { ...drawn.current, viewport: viewportOf(current, headerHeight) };
    return movedByHand(afterScroll(position.current, current.scrollTop, now));
  }

  // The person may have scrolled since the last paint; that must not be undone by what is added now.
  if (
    geometry.count !== drawn.current.count ||
    newest !== drawn.current.newest ||
    viewport !== drawn.current.viewport ||
    gone !== known.current
  ) {
    readScroll();
    position.current = afterLoss(position.current, gone - known.current, geometry);
    let next = afterResize(position.current, geometry);
    const { inView: kept = null } = props;
    if (
      kept !== null &&
      viewport !== drawn.current.viewport &&
      isInView(kept, position.current.offset, drawn.current)
    ) {
      next = {
        ...afterReveal(next, kept, geometry),
        follow: next.follow && isInView(kept, next.offset, geometry),
      };
    }
    // In a scaled list a place has another `scrollTop` when rows are added.
    const stays =
      scrollOf(next.offset, geometry) === scrollOf(position.current.offset, drawn.current);
    if (next !== position.current || gone !== known.current || !stays) {
      position.current = next;
      moved.current = true;
    }
    drawn.current = geometry;
    slots.current = { ...slots.current, first: slots.current.first - (gone - known.current) };
    trail.current = trailMoved(trail.current, (known.current - gone) * rowHeight);
    known.current = gone;
  }

  useLayoutEffect(() => {
    if (!moved.current || element.current === null) return;
    element.current.scrollTop = scrollOf(position.current.offset, geometry);
    moved.current = false;
  });

  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    const measure = () => {
      setViewport(viewportOf(current, headerHeight));
      onRoom?.(current.clientWidth);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [headerHeight, onRoom]);

  const scaled = isScaled(geometry);
  useEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    const onWheel = (event: WheelEvent) => {
      if (event.ctrlKey || event.deltaY === 0 || maxOffset(drawn.current) === 0) return;
      if (!scaled) {
        // Before the scroll itself arrives: rows added meanwhile must not pull the list back.
        const away = drawn.current.newest === 'start' ? event.deltaY > 0 : event.deltaY < 0;
        if (away && position.current.follow) {
          position.current = { ...position.current, follow: false };
          redraw(undefined);
        }
        return;
      }
      event.preventDefault();
      const unit = event.deltaMode === 0 ? 1 : event.deltaMode === 1 ? rowHeight : viewport;
      move(afterMove(position.current, event.deltaY * unit, drawn.current));
    };
    current.addEventListener('wheel', onWheel, { passive: !scaled });
    return () => current.removeEventListener('wheel', onWheel);
  }, [scaled, rowHeight, viewport, move]);

  useImperativeHandle(
    props.controls,
    () => ({
      reveal: (index, centred) =>
        move(afterReveal(position.current, index, drawn.current, centred)),
      toNewest: () => move({ offset: newestOffset(drawn.current), follow: true }),
      page: () => pageRows(drawn.current),
      seen: () => seenAt(position.current.offset, drawn.current),
      focus: () => element.current?.focus(),
    }),
    [move],
  );

  const { follow, offset } = position.current;
  const before = beyond(jumped.current, direction.current < 0);
  const after = beyond(jumped.current, direction.current > 0);
  const inViewAt = (place: number): Window => windowAt(place, geometry, 0);
  const isKnownAt = (place: number): boolean => {
    const { first: from, end: to } = inViewAt(place);
    return isKnown?.(from, to) ?? true;
  };
  trail.current = trailFrom(trailTo(trail.current, offset), isKnownAt);
  const shown = trail.current[0]?.offset ?? offset;
  const { first, end, shift } = windowAt(shown, geometry, before, after);
  slots.current = slotsFor(slots.current, first, end);
  const [, waited] = trail.current;
  useEffect(() => {
    if (waited === undefined) return undefined;
    const timer = setTimeout(() => {
      trail.current = trailEnd(trail.current);
      redraw(undefined);
    }, PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [waited]);

  const { children } = props;
  const { numbers } = slots.current;
  // The same as long as the list only waits, so that Preact has nothing to compare.
  const rows = useMemo(() => <>{children(first, end, numbers)}</>, [children, first, end, numbers]);

  const inView = inViewAt(shown);
  useEffect(
    () => onDrawn?.({ first: inView.first, end: inView.end, follows: follow }),
    [inView.first, inView.end, follow, onDrawn],
  );
  const wanted = windowAt(offset, geometry, before, after);
  useLayoutEffect(() => {
    const ahead = byHand.current && !jumped.current ? ASKED_AHEAD * pageRows(drawn.current) : 0;
    onWindow?.({
      from: direction.current < 0 ? Math.max(0, wanted.first - ahead) : wanted.first,
      to: direction.current > 0 ? Math.min(drawn.current.count, wanted.end + ahead) : wanted.end,
      follows: follow,
      byHand: byHand.current,
    });
    byHand.current = false;
  }, [wanted.first, wanted.end, follow, onWindow]);
  const top = Math.round(scrollOf(offset, geometry)) + Math.round(shift);
  const height = (end - first) * rowHeight;
  // Where a move of the scrollbar is none of the rows by as much, rows stay where they are in view until drawn anew.
  const pinned = jumped.current || isScaled(geometry);
  const stuck = pinned ? top - Math.round(scrollOf(offset, geometry)) : viewport - height;

  return (
    <div
      {...props.attributes}
      ref={element}
      onScroll={() => {
        if (readScroll()) redraw(undefined);
      }}
    >
      {header}
      <div class="track" role="presentation" style={{ height: `${trackHeight(geometry)}px` }}>
        <div role="presentation" style={{ height: `${Math.max(0, top)}px` }} />
        <div
          class="layer"
          role="presentation"
          style={{
            marginTop: `${Math.min(0, top)}px`,
            top: `${headerHeight + stuck}px`,
            bottom: `${pinned ? viewport - height - stuck : stuck}px`,
          }}
        >
          {rows}
        </div>
      </div>
    </div>
  );
}

/** @returns rows to be drawn beyond an edge */
function beyond(jumped: boolean, isAhead: boolean): number {
  if (jumped) return OVERSCAN_AFTER_JUMP;
  return isAhead ? AHEAD : OVERSCAN;
}

/** @returns px of rows that can be seen under the header */
function viewportOf({ clientHeight }: HTMLElement, headerHeight: number): number {
  return Math.max(0, clientHeight - headerHeight);
}
