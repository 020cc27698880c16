/** The cases, as far as the test must know them: their names, and the contexts each part runs in. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';

/** A context of a host extension, or the page's own world. */
export type ContextName = 'background' | 'content' | 'page' | 'user' | 'second' | 'web';

/** Where the parts of a case run once. */
export interface Route {
  readonly host: string;
  readonly api: 'browser' | 'chrome';
  /** Context that runs `open`, or the only part. */
  readonly from: ContextName;
  /** Context that runs `accept`; null for a case of one part, `alone`. */
  readonly to: ContextName | null;
}

export interface Case {
  readonly name: string;
  readonly file: string;
  readonly routes: readonly Route[];
}

/** `host/from>to/api`, or `host/from/api`. */
export function parseRoute(text: string): Route {
  const [host = '', path = '', api = 'browser'] = text.split('/');
  const [from = '', to] = path.split('>');
  return {
    host,
    api: api as Route['api'],
    from: from as ContextName,
    to: (to as ContextName | undefined) ?? null,
  };
}

export function routeName({ host, from, to, api }: Route): string {
  return `${host}/${from}${to === null ? '' : `>${to}`}/${api}`;
}

/** Where a case with `open` and `accept` runs unless it says otherwise. */
const BETWEEN = [
  'mv2/content>background/chrome',
  'mv2/page>background/browser',
  'mv2/background>content/browser',
  'mv3/content>background/browser',
  'mv3/background>content/chrome',
  'mv3/user>background/browser',
];

/** Where a case with `alone` runs unless it says otherwise. */
const ALONE = [
  'mv2/content/chrome',
  'mv2/background/browser',
  'mv2/background/chrome',
  'mv2/page/browser',
  'mv3/content/browser',
  'mv3/background/browser',
  'mv3/user/browser',
];

interface Definition {
  readonly routes?: readonly string[];
  /** Of the usual routes, those that match. */
  readonly only?: RegExp;
  readonly alone?: unknown;
}

/** @param folder with the cases' files */
export function readCases(folder: string): Case[] {
  const cases: Case[] = [];
  for (const file of readdirSync(folder).sort()) {
    const conformance = (name: string, definition: Definition): void => {
      if (cases.some((each) => each.name === name)) throw new Error(`two cases "${name}"`);
      const usual = definition.alone === undefined ? BETWEEN : ALONE;
      const routes =
        definition.routes ?? usual.filter((route) => definition.only?.test(route) ?? true);
      if (routes.length === 0) throw new Error(`"${name}" runs nowhere`);
      cases.push({ name, file, routes: routes.map(parseRoute) });
    };
    runInNewContext(readFileSync(join(folder, file), 'utf8'), { conformance });
  }
  return cases;
}
