/** Toolbar and tree symbols, drawn here so that they look the same whatever fonts there are. */

const PATHS = {
  pause: 'M4 3h3v10H4zM9 3h3v10H9z',
  record: 'M8 3.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9z',
  clear: 'M6 2h4l1 1h3v1.5H2V3h3zM3 5.5h10L12.2 14H3.8zM6 7v5.5h1V7zm3 0v5.5h1V7z',
  sidebar: 'M2 3h12v10H2zm1.5 1.5v7H6v-7zm4 0v7h5v-7z',
  close:
    'M4.3 3.2 8 6.9l3.7-3.7 1.1 1.1L9.1 8l3.7 3.7-1.1 1.1L8 9.1l-3.7 3.7-1.1-1.1L6.9 8 3.2 4.3z',
  closed: 'M6 3.5 10.5 8 6 12.5z',
  open: 'M3.5 6h9L8 10.5z',
  up: 'M3.5 10h9L8 5.500z',
  expand:
    'M2.500 2.500h11v11h-11zM3.700 3.700v8.600h8.600V3.700zM7.400 5.200h1.200v2.200h2.200v1.200H8.600v2.200H7.400V8.600H5.200V7.400h2.200z',
  collapse: 'M2.500 2.500h11v11h-11zM3.700 3.700v8.600h8.600V3.700zM5.200 7.400h5.600v1.200H5.200z',
  pin: 'M5 2h6v1.300l-1 .7v3.200l2 2.300V11H8.600v3.500H7.400V11H4V9.500l2-2.300V4l-1-.7z',
  out: 'M2 7h8.2L7.4 4.2 8.5 3.1 13.1 7.7 8.5 12.3 7.4 11.2 10.2 8.5H2z',
  in: 'M14 7H5.8l2.8-2.8-1.1-1.1L2.9 7.7l4.6 4.6 1.1-1.1-2.8-2.7H14z',
  request:
    'M2 5h7.700L8 3.300 9.100 2.200 12.700 5.750 9.100 9.300 8 8.200 9.700 6.500H2zM14 9.500H6.300L8 7.800 6.900 6.700 3.300 10.250 6.900 13.800 8 12.700 6.300 11H14z',
  filter: 'M2 3h12l-4.5 5.5V13L6.500 11.500V8.500z',
  warning: 'M8 2l6.500 11.500h-13zM7.250 6v4h1.500V6zm0 5v1.400h1.500V11z',
  play: 'M4 2.500 13 8l-9 5.500z',
  copy: 'M5 2h7v9h-1.500V3.500H5zM3 5h6v9H3zm1.300 1.300v6.400h3.400V6.300z',
  settings:
    'M2 3.700h5.300a2 2 0 0 1 3.400 0H14v1.600h-3.300a2 2 0 0 1-3.400 0H2zM2 10.700h1.300a2 2 0 0 1 3.400 0H14v1.600H6.700a2 2 0 0 1-3.400 0H2z',
  keys: 'M1 3.500h14v9H1zM2.200 4.700v6.600h11.600V4.700zM3.500 6H5v1.300H3.500zm2.500 0h1.500v1.300H6zm2.500 0H10v1.300H8.500zM11 6h1.500v1.300H11zM4.500 8.700h7V10h-7z',
  recordings: 'M2 3h4.500l1.200 1.500H14V13H2zm1.500 3v5.500h9V6zM5 8h6v1.500H5z',
  rename: 'M11 2l3 3-8 8-3.700.700L3 10zm0 2.100L4.400 10.700l-.200 1.100 1.100-.200L11.900 5z',
  newest:
    'M7.250 2h1.500v7.200l2.700-2.700 1.050 1.050L8 12 3.500 7.550 4.550 6.500l2.700 2.700zM3.500 12.800h9v1.400h-9z',
} as const;

export type IconName = keyof typeof PATHS;

/** A 16 px symbol without a name of its own: what it stands on must have one. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path fill-rule="evenodd" d={PATHS[name]} />
    </svg>
  );
}

const SVG = 'http://www.w3.org/2000/svg';

/** The same without Preact, for what is drawn often: one symbol takes the place of the other. */
export class IconElement {
  readonly element = document.createElementNS(SVG, 'svg');
  readonly #path = document.createElementNS(SVG, 'path');
  #shown: IconName | null = null;

  constructor() {
    const { element } = this;
    element.setAttribute('viewBox', '0 0 16 16');
    element.setAttribute('aria-hidden', 'true');
    this.#path.setAttribute('fill-rule', 'evenodd');
    element.append(this.#path);
  }

  show(name: IconName): void {
    if (name === this.#shown) return;
    this.#shown = name;
    this.element.setAttribute('class', `icon icon-${name}`);
    this.#path.setAttribute('d', PATHS[name]);
  }
}
