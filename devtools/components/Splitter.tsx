/** The bar between two parts: dragged, or moved with the arrow keys. */

interface SplitterProps {
  readonly label: string;
  /** `vertical`: the bar stands upright, and moves left and right. */
  readonly orientation: 'vertical' | 'horizontal';
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** Whether moving right or down makes the value smaller. */
  readonly reversed?: boolean;
  readonly tabIndex?: number;
  readonly onChange: (value: number) => void;
  /** By a double click, or Enter: back to what it is by itself. */
  readonly onReset?: () => void;
}

const KEY_STEP = 16;

export function Splitter(props: SplitterProps) {
  const {
    label,
    orientation,
    value,
    min,
    max,
    reversed = false,
    tabIndex = 0,
    onChange,
    onReset,
  } = props;
  const upright = orientation === 'vertical';
  const change = (wanted: number) => onChange(Math.round(Math.min(Math.max(min, wanted), max)));

  function onPointerDown(event: PointerEvent): void {
    const bar = event.currentTarget as HTMLElement;
    const place = (moving: PointerEvent) => (upright ? moving.clientX : moving.clientY);
    const start = place(event);
    bar.setPointerCapture(event.pointerId);
    const onMove = (moving: PointerEvent) => {
      const distance = place(moving) - start;
      change(value + (reversed ? -distance : distance));
    };
    const onUp = () => {
      bar.removeEventListener('pointermove', onMove);
      bar.removeEventListener('pointerup', onUp);
      bar.removeEventListener('pointercancel', onUp);
    };
    bar.addEventListener('pointermove', onMove);
    bar.addEventListener('pointerup', onUp);
    bar.addEventListener('pointercancel', onUp);
    event.preventDefault();
  }

  function onKeyDown(event: KeyboardEvent): void {
    const forward = upright ? 'ArrowRight' : 'ArrowDown';
    const back = upright ? 'ArrowLeft' : 'ArrowUp';
    const step = reversed ? -KEY_STEP : KEY_STEP;
    const moves = new Map([
      [forward, value + step],
      [back, value - step],
      ['Home', min],
      ['End', max],
    ]);
    const wanted = moves.get(event.key);
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (wanted !== undefined) change(wanted);
    else if (event.key === 'Enter' && onReset !== undefined) onReset();
    else return;
    event.preventDefault();
  }

  return (
    <div
      class={`splitter ${orientation}`}
      role="separator"
      tabIndex={tabIndex}
      aria-label={label}
      aria-orientation={orientation}
      aria-valuenow={Math.round(value)}
      aria-valuemin={min}
      aria-valuemax={Math.round(Math.max(min, max))}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
      onClick={(event) => event.stopPropagation()}
      onDblClick={onReset}
    />
  );
}
