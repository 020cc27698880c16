/**
 * What the build knows of the world it is for. `vite.config.ts` puts the other value here for what is injected into
 * content scripts, where each byte is loaded by other people's pages.
 */

/** Whether the line to the collector may be borrowed; a content script has its own. See {@link Transport.borrowed}. */
export const MAY_BORROW: boolean = true;
