/** What the readers hand to the rewrite and the rewrite to the writers: an extension as a map of paths. */

/** One file of an extension, read only when somebody asks for its bytes. */
export interface SourceFile {
  read(): Uint8Array;
  /** Where the file lies on disk, when it does: a writer may then copy it without reading it. */
  readonly diskPath?: string;
}

/** The files of an extension by their path in the package: relative, separated by `/`. */
export type ExtensionFiles = ReadonlyMap<string, SourceFile>;

/** Something that could not be done, and the file of the extension it is about. */
export interface Warning {
  file: string;
  message: string;
}

/**
 * @param reference a path as manifests write them: `/a.js`, `./a.js`, `a.html?x#y`, perhaps percent-encoded
 * @returns the path in the package that it names
 */
export function packagePath(reference: string): string {
  const base = 'https://package/';
  if (!URL.canParse(reference, base)) return reference;
  const path = new URL(reference, base).pathname.slice(1);
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
