/**
 * Looks up places in a source map. The map comes from the inspected extension: it may be anything, and is looked at piece
 * by piece before the library that decodes it sees it.
 */

import { originalPositionFor, sourceContentFor, TraceMap } from '@jridgewell/trace-mapping';

/** Characters of mappings that are decoded: some four million positions, each a hundred times the memory. */
const MAPPINGS_CHARS = 12_000_000;
/** Lines that mappings may tell of. */
const MAPPED_LINES = 2_000_000;
/** Sections of an index map. */
const SECTIONS = 100_000;

/** A place in a script, or in its original: both from 1, columns in UTF-16 units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface OriginalPlace extends Place {
  /** URL of the original, or what the map says in its place. */
  readonly source: string;
}

export type Lookup =
  | {
      readonly kind: 'found';
      /** For each place, null where the map says nothing of it. */
      readonly originals: readonly (OriginalPlace | null)[];
      /** Text of the first place's original; null when the map does not hold it. */
      readonly content: string | null;
    }
  /** The map cannot be used. */
  | { readonly kind: 'unusable'; readonly why: MapFault };

/** What is wrong with a map: it is no JSON, no source map of version 3, or more than is decoded. */
export type MapFault = 'no-json' | 'no-map' | 'too-long';

class UnusableMap extends Error {
  constructor(readonly why: MapFault) {
    super(why);
  }
}

interface Section {
  /** Where it begins: from 0. */
  readonly line: number;
  readonly column: number;
  readonly map: Record<string, unknown>;
  /** Once it has been decoded. */
  traced?: TraceMap;
}

/**
 * @param text of the map
 * @param mapUrl which its sources are relative to
 * @param places in the script it belongs to; the first one is that which is to be shown
 * @throws never: what is wrong with the map is told
 */
export function lookUp(text: string, mapUrl: string, places: readonly Place[]): Lookup {
  try {
    const sections = sectionsOf(parse(text));
    const found = places.map((place) => original(sections, place, mapUrl));
    const [first = null] = found;
    const content = first === null ? null : contentOf(first.map, first.place.source);
    return { kind: 'found', originals: found.map((each) => each?.place ?? null), content };
  } catch (error) {
    // Sources, names and positions of the wrong kind end in errors of the library's.
    return { kind: 'unusable', why: error instanceof UnusableMap ? error.why : 'no-map' };
  }
}

function parse(text: string): unknown {
  try {
    // A line before the JSON, against inclusion as a script, is part of the format.
    return JSON.parse(text.startsWith(")]}'") ? text.slice(text.indexOf('\n')) : text);
  } catch {
    throw new UnusableMap('no-json');
  }
}

function sectionsOf(map: unknown): readonly Section[] {
  if (!isRecord(map) || map['version'] !== 3) throw new UnusableMap('no-map');
  const { sections } = map;
  if (sections === undefined) return [{ line: 0, column: 0, map }];
  if (!Array.isArray(sections)) throw new UnusableMap('no-map');
  if (sections.length > SECTIONS) throw new UnusableMap('too-long');
  return sections.map((section: unknown) => {
    const { offset, map: part } = isRecord(section) ? section : {};
    // Sections within sections are not in the format.
    if (!isRecord(offset) || !isRecord(part) || 'sections' in part) throw new UnusableMap('no-map');
    const { line, column } = offset;
    if (!isCount(line) || !isCount(column)) throw new UnusableMap('no-map');
    return { line, column, map: part };
  });
}

function original(
  sections: readonly Section[],
  place: Place,
  mapUrl: string,
): { readonly place: OriginalPlace; readonly map: TraceMap } | null {
  const [line, column] = [place.line - 1, place.column - 1];
  // Frames that are no script's can have line 0.
  if (!isCount(line) || !isCount(column)) return null;
  // In an index map the last section that does not begin after the place is that place's.
  const section = sections.findLast(
    (each) => each.line < line || (each.line === line && each.column <= column),
  );
  if (section === undefined) return null;
  const map = (section.traced ??= trace(section.map, mapUrl));
  const found = originalPositionFor(map, {
    line: line - section.line + 1,
    column: line === section.line ? column - section.column : column,
  });
  if (typeof found.source !== 'string' || !isCount(found.line) || !isCount(found.column)) {
    return null;
  }
  // Mappings can lead before the first line.
  if (found.line === 0) return null;
  return { place: { source: found.source, line: found.line, column: found.column + 1 }, map };
}

/** The library takes keys of its own for what it has made itself, so it gets those of the format alone. */
function trace(map: Record<string, unknown>, mapUrl: string): TraceMap {
  const { mappings, sources, sourcesContent, names, sourceRoot } = map;
  if (typeof mappings !== 'string' || !isList(sources)) throw new UnusableMap('no-map');
  if (mappings.length > MAPPINGS_CHARS || lineEnds(mappings) > MAPPED_LINES) {
    throw new UnusableMap('too-long');
  }
  return new TraceMap(
    {
      version: 3,
      mappings,
      sources: sources as string[],
      sourcesContent: isList(sourcesContent) ? sourcesContent : [],
      names: isList(names) ? (names as string[]) : [],
      ...(typeof sourceRoot === 'string' ? { sourceRoot } : {}),
    },
    mapUrl,
  );
}

function contentOf(map: TraceMap, source: string): string | null {
  const content: unknown = sourceContentFor(map, source);
  return typeof content === 'string' ? content : null;
}

function lineEnds(mappings: string): number {
  let count = 0;
  for (let at = mappings.indexOf(';'); at >= 0; at = mappings.indexOf(';', at + 1)) count += 1;
  return count;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list of texts, some of which may not be said. */
function isList(value: unknown): value is (string | null)[] {
  return Array.isArray(value) && value.every((each) => each === null || typeof each === 'string');
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
