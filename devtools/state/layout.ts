/** Sizes of the panel's parts, kept between sessions. */

import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { Platform } from './platform.js';

/** Below this width the sidebar lies over the table and the detail pane moves to the bottom. */
export const NARROW = 800;
const SIDEBAR_FITS = 640;

/** Width of the tree in px and share of the detail pane, until the person drags them. */
export const SIZES = { sidebar: 230, detail: 0.42 };

export interface Layout {
  readonly width: Signal<number>;
  readonly height: Signal<number>;
  /** Px. */
  readonly sidebarSize: Signal<number>;
  /** Share of what is beside the sidebar, or of the panel's height; 0 … 1. */
  readonly detailShare: Signal<number>;
  /** As the person wants it; null: as it fits. */
  readonly sidebarWish: Signal<boolean | null>;
  readonly narrow: ReadonlySignal<boolean>;
  readonly sidebarFits: ReadonlySignal<boolean>;
  readonly sidebarOpen: ReadonlySignal<boolean>;
}

export function createLayout(platform: Pick<Platform, 'load' | 'save'>): Layout {
  const stored = (key: string, otherwise: number) => {
    const value = Number(platform.load(key) ?? Number.NaN);
    return Number.isFinite(value) ? value : otherwise;
  };
  const width = signal(1000);
  const height = signal(600);
  const sidebarSize = signal(stored('sidebarSize', SIZES.sidebar));
  const detailShare = signal(stored('detailShare', SIZES.detail));
  const sidebarWish = signal<boolean | null>(null);
  sidebarSize.subscribe((size) => platform.save('sidebarSize', String(size)));
  detailShare.subscribe((share) => platform.save('detailShare', String(share)));
  const sidebarFits = computed(() => width.value >= SIDEBAR_FITS);
  return {
    width,
    height,
    sidebarSize,
    detailShare,
    sidebarWish,
    sidebarFits,
    narrow: computed(() => width.value < NARROW),
    sidebarOpen: computed(() => sidebarWish.value ?? sidebarFits.value),
  };
}
