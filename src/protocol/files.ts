/**
 * Files of an inspected extension: scripts that call sites name, and their source maps. Only a page of that extension
 * can read them, so its instrumentation is asked, when a person wants to see a source and at no other time.
 *
 *     read   ask, url, from      → piece   of the file's text
 *                                → unread  and why
 *
 * The collector asks for the next piece when it has the one before, so that a long file stands in nobody's way.
 */

/** Characters of the longest file that is read: some source maps hold all that went into an extension. */
export const FILE_CHARS = 48_000_000;

/** Characters of the longest piece of it. */
export const PIECE_CHARS = 1_000_000;

/** Characters of the longest URL that is asked for. */
export const FILE_URL_CHARS = 4_000;

/** Asks an extension page for a piece of one of its extension's own files; only if its hello says that it reads them. */
export interface ReadFile {
  readonly type: 'read';
  /** Names the file that is being read, by a number of the collector's. */
  readonly ask: number;
  /** Under the page's own origin. */
  readonly url: string;
  /** First character of the piece; 0 has the file read. */
  readonly from: number;
}

/** Answers {@link ReadFile}. */
export interface FilePiece {
  readonly type: 'piece';
  readonly ask: number;
  readonly text: string;
  /** Characters of the whole file. */
  readonly length: number;
}

/** Why a page could not read a file: it has none of that name, or one that is longer than {@link FILE_CHARS}. */
export type UnreadReason = 'not-found' | 'too-big';

/** Answers {@link ReadFile}. */
export interface FileUnread {
  readonly type: 'unread';
  readonly ask: number;
  readonly reason: UnreadReason;
}

/**
 * Why a file did not come.
 * - `foreign`: the browser attests that the extension lives elsewhere.
 * - `asleep`: its background, or a page of it, reported before; none does now.
 * - `no-page`: no background or page of it has ever reported.
 * - `older`: what reports was instrumented by a Porthole that could not do this yet.
 * - `no-answer`: the page that was asked says nothing, or something else, or has gone meanwhile.
 */
export type FileFault = UnreadReason | 'foreign' | 'asleep' | 'no-page' | 'older' | 'no-answer';

/** What a panel hears of a file it has asked for. */
export type FileNews =
  /** The next piece, `length` being that of the whole; of an empty file there is one, too. */
  | { readonly type: 'file'; readonly text: string; readonly length: number }
  /** It did not come, or not all of it. */
  | { readonly type: 'no-file'; readonly fault: FileFault };

/**
 * @returns `moz-extension://…/`, as the browser writes it, of a URL that begins so; null for any other
 */
export function extensionRoot(url: string): string | null {
  return /^moz-extension:\/\/[\w-]+\//.exec(url)?.[0] ?? null;
}
