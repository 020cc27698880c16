/** The Firefoxes of the bench's parts, one at a time: the one before ends while the next one starts, not while it is measured. */
import { findFirefox } from '../src/cli/firefox/find-firefox.js';
import { launchFirefox, type Firefox } from '../src/cli/firefox/launch.js';

/** Besides those of every part. */
export type Prefs = Readonly<Record<string, string | number | boolean>>;

/** For parts that measure less than a millisecond. */
export const FINE_CLOCK: Prefs = { 'privacy.reduceTimerPrecision': false };

export class Firefoxes {
  /** Was given back for another part to use. */
  #left: { readonly firefox: Firefox; readonly prefs: Prefs } | null = null;
  #ending: Promise<unknown> = Promise.resolve();

  /** @returns one with these preferences: the one that was left, or a new one; no other runs by then */
  async take(prefs: Prefs): Promise<Firefox> {
    const left = this.#left;
    this.#left = null;
    if (left?.prefs === prefs) return left.firefox;
    if (left !== null) this.#end(left.firefox);
    const firefox = await launchFirefox({
      executable: findFirefox(),
      headless: true,
      // Extensions and their event pages stay up between rounds.
      prefs: { 'extensions.background.idle.timeout': 3_600_000, ...prefs },
    });
    await this.#ending;
    return firefox;
  }

  /** @param leaves whether the next part may use it, if it wants the same preferences */
  giveBack(firefox: Firefox, prefs: Prefs, leaves: boolean): void {
    if (leaves) this.#left = { firefox, prefs };
    else this.#end(firefox);
  }

  /** Resolves when all have ended. */
  async end(): Promise<void> {
    if (this.#left !== null) this.#end(this.#left.firefox);
    this.#left = null;
    await this.#ending;
  }

  #end(firefox: Firefox): void {
    this.#ending = Promise.all([this.#ending, firefox.close()]);
  }
}
