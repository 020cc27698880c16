/** The theme: the toolbox's (in a tab of its own, the browser's), unless the person has chosen one. */

import { effect, signal } from '@preact/signals';
import browser from 'webextension-polyfill';
import { THEMES, type Platform, type ThemeState } from './platform.js';

const KEY = 'theme';

/** Keeps the document's `theme-light` or `theme-dark` class as the person or the surroundings say. */
export function createTheme(
  inToolbox: boolean,
  { load, save }: Pick<Platform, 'load' | 'save'>,
): ThemeState {
  const wish = signal(THEMES.find((theme) => theme === load(KEY)) ?? 'auto');
  const around = signal(false);
  if (inToolbox) {
    const { panels } = browser.devtools;
    around.value = panels.themeName === 'dark';
    panels.onThemeChanged?.addListener((name) => {
      around.value = name === 'dark';
    });
  } else {
    const preference = matchMedia('(prefers-color-scheme: dark)');
    around.value = preference.matches;
    preference.addEventListener('change', (event) => {
      around.value = event.matches;
    });
  }
  effect(() => {
    const dark = wish.value === 'auto' ? around.value : wish.value === 'dark';
    const { classList } = document.documentElement;
    classList.toggle('theme-dark', dark);
    classList.toggle('theme-light', !dark);
  });
  return {
    wish,
    choose(theme) {
      wish.value = theme;
      save(KEY, theme);
    },
  };
}
