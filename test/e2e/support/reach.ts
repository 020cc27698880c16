/** Whether all that can be used or read in the panel can be reached: in view, or where scrolling brings it into view. */
import type { PanelHandle } from '../../../src/cli/firefox/toolbox.js';

/** @returns what is cut off by more than a twentieth, with the share that can be seen; a line each */
export async function cutOff(panel: PanelHandle): Promise<string[]> {
  return await panel.evaluate(function findCutOff(window) {
    const scrolls = (overflow: string): boolean => overflow === 'auto' || overflow === 'scroll';
    const areaOf = ({ width, height }: DOMRect): number => width * height;
    const found = new Set<string>();
    const wanted = 'button, input, select, textarea, a[href], [tabindex="0"], .bar > span, h2, h3';
    for (const element of window.document.querySelectorAll<HTMLElement>(wanted)) {
      // What scrolls counts in the place of what is in it.
      let box: Element = element;
      let { left, top, right, bottom } = element.getBoundingClientRect();
      if (right === left || bottom === top || element.closest('.hidden-text') !== null) continue;
      for (let up = element.parentElement; up !== null; up = up.parentElement) {
        const { overflowX, overflowY } = window.getComputedStyle(up);
        const around = up.getBoundingClientRect();
        if (scrolls(overflowX) || scrolls(overflowY)) {
          box = up;
          ({ left, top, right, bottom } = around);
          continue;
        }
        if (overflowX !== 'visible') {
          left = Math.max(left, around.left);
          right = Math.min(right, around.right);
        }
        if (overflowY !== 'visible') {
          top = Math.max(top, around.top);
          bottom = Math.min(bottom, around.bottom);
        }
      }
      const width = Math.min(right, window.innerWidth) - Math.max(left, 0);
      const height = Math.min(bottom, window.innerHeight) - Math.max(top, 0);
      const seen = (Math.max(0, width) * Math.max(0, height)) / areaOf(box.getBoundingClientRect());
      if (seen >= 0.95) continue;
      const name = element.getAttribute('aria-label') ?? element.textContent.slice(0, 30);
      const where = box === element ? '' : ` in ${box.className}`;
      found.add(`${element.localName} «${name}»${where}: ${Math.round(100 * seen)} %`);
    }
    return [...found];
  });
}
