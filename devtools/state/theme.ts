/** The toolbox's theme, or in a tab of its own the person's preference. */

import browser from 'webextension-polyfill';

/** Keeps the document's `theme-light` or `theme-dark` class as the surroundings say. */
export function followTheme(inToolbox: boolean): void {
  const apply = (dark: boolean) => {
    document.documentElement.classList.toggle('theme-dark', dark);
    document.documentElement.classList.toggle('theme-light', !dark);
  };
  if (inToolbox) {
    const { panels } = browser.devtools;
    apply(panels.themeName === 'dark');
    panels.onThemeChanged?.addListener((name) => apply(name === 'dark'));
    return;
  }
  const preference = matchMedia('(prefers-color-scheme: dark)');
  apply(preference.matches);
  preference.addEventListener('change', (event) => apply(event.matches));
}
