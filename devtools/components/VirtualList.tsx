/** A long list of rows of one height, of which only those in view exist. The arithmetic is in windowing.ts. */

import type { ComponentChildren, ComponentProps, RefObject } from 'preact';
import {
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useReducer,
  useRef,
  useState,
} from 'preact/hooks';
import {
  afterLoss,
  afterMove,
  afterResize,
  afterReveal,
  afterScroll,
  isInView,
  isScaled,
  maxOffset,
  pageRows,
  scrollOf,
  trackHeight,
  windowAt,
  type Geometry,
  type Position,
} from '../arithmetic/windowing.js';

/** Rows kept ready beyond each edge, so that scrolling does not show blank space before the next paint. */
const OVERSCAN = 8;

export interface ListControls {
  reveal(index: number): void;
  toEnd(): void;
  /** Rows that fit. */
  page(): number;
  focus(): void;
}

export interface VirtualListProps {
  readonly count: number;
  readonly rowHeight: number;
  /** Rows that have gone from the top, counted up: the others stay where they are in view. */
  readonly gone?: number | undefined;
  /** Stick to the end while rows are added, until the person scrolls away. */
  readonly follow?: boolean;
  readonly controls: RefObject<ListControls | null>;
  /** A row that stays in view when the list gets lower, if it was in view before. */
  readonly inView?: number | null;
  /** Sticks to the top while the rows scroll. */
  readonly header?: ComponentChildren;
  readonly headerHeight?: number;
  /** Draws rows `first` to `end` (exclusive). */
  readonly children: (first: number, end: number) => ComponentChildren;
  readonly onWindow?: (first: number, end: number) => void;
  readonly onFollow?: (follow: boolean) => void;
  readonly attributes: ComponentProps<'div'>;
}

export function VirtualList(props: VirtualListProps) {
  const { count, rowHeight, gone = 0, follow = false } = props;
  const { header, headerHeight = 0, onWindow, onFollow } = props;
  const element = useRef<HTMLDivElement>(null);
  const [viewport, setViewport] = useState(0);
  const [, redraw] = useReducer<number, undefined>((drawn) => drawn + 1, 0);
  const geometry: Geometry = { count, rowHeight, viewport };
  const drawn = useRef<Geometry>(geometry);
  const position = useRef<Position>({ offset: 0, follow });
  const known = useRef(gone);
  /** The position was changed by us, so that `scrollTop` has to be set. */
  const moved = useRef(false);

  const move = useCallback((next: Position) => {
    if (next === position.current) return;
    position.current = next;
    moved.current = true;
    redraw(undefined);
  }, []);

  function readScroll(): void {
    if (element.current === null || moved.current) return;
    position.current = afterScroll(position.current, element.current.scrollTop, drawn.current);
  }

  // The person may have scrolled since the last paint; that must not be undone by what is added now.
  if (
    geometry.count !== drawn.current.count ||
    viewport !== drawn.current.viewport ||
    gone !== known.current
  ) {
    readScroll();
    position.current = afterLoss(position.current, gone - known.current, geometry);
    // Lists that do not follow must not begin to when they are scrolled to their end.
    let next = afterResize(
      { ...position.current, follow: follow && position.current.follow },
      geometry,
    );
    const { inView = null } = props;
    if (
      inView !== null &&
      viewport !== drawn.current.viewport &&
      isInView(inView, position.current.offset, drawn.current)
    ) {
      next = {
        ...afterReveal(next, inView, geometry),
        follow: next.follow && isInView(inView, next.offset, geometry),
      };
    }
    if (next !== position.current || gone !== known.current) {
      position.current = next;
      moved.current = true;
    }
    drawn.current = geometry;
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
    const measure = () => setViewport(Math.max(0, current.clientHeight - headerHeight));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [headerHeight]);

  const scaled = isScaled(geometry);
  useEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    const onWheel = (event: WheelEvent) => {
      if (event.ctrlKey || event.deltaY === 0 || maxOffset(drawn.current) === 0) return;
      if (!scaled) {
        // Before the scroll itself arrives: rows added meanwhile must not pull the list back.
        if (event.deltaY < 0 && position.current.follow) {
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
      reveal: (index) => move(afterReveal(position.current, index, drawn.current)),
      toEnd: () => move({ offset: maxOffset(drawn.current), follow }),
      page: () => pageRows(drawn.current),
      focus: () => element.current?.focus(),
    }),
    [follow, move],
  );

  const { follow: following } = position.current;
  useEffect(() => onFollow?.(following), [following, onFollow]);

  const { first, end, shift } = windowAt(position.current.offset, geometry, OVERSCAN);
  useEffect(() => onWindow?.(first, end), [first, end, onWindow]);
  const top = Math.round(scrollOf(position.current.offset, geometry)) + Math.round(shift);

  return (
    <div
      {...props.attributes}
      ref={element}
      onScroll={() => {
        const before = position.current;
        readScroll();
        if (position.current !== before) redraw(undefined);
      }}
    >
      {header}
      <div class="track" role="presentation" style={{ height: `${trackHeight(geometry)}px` }}>
        <div class="layer" role="presentation" style={{ top: `${top}px` }}>
          {props.children(first, end)}
        </div>
      </div>
    </div>
  );
}
