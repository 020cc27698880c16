/** Runs cases in the host extensions, the hosts of both variants side by side, and collects their logs. */
import type { Bus, Told } from './bus.js';
import { routeName, type Case, type Route } from './cases.js';
import { VARIANTS, type Variant } from './hosts.js';

/** Longest time one step of a run may take, in milliseconds: on a busy machine each collection of garbage takes seconds. */
const STEP_MS = 60_000;

export interface Run {
  readonly name: string;
  readonly route: string;
  /** Logs of the parts, `open` or `alone` first. */
  readonly logs: Readonly<Record<Variant, readonly string[]>>;
}

/** What a case may ask for; `variant` and `host` say who asks. */
export type Helper = (detail: unknown, variant: Variant, host: string) => Promise<unknown>;

interface Part {
  readonly role: 'open' | 'accept' | 'alone';
  readonly context: string;
}

/**
 * @param helpers by name, for `t.ask()`
 * @param only runs whose name and route this matches
 */
export async function runCases(
  bus: Bus,
  cases: readonly Case[],
  helpers: Readonly<Record<string, Helper>>,
): Promise<Run[]> {
  const logs = new Map<string, string[]>();
  const listeners = new Map<number, (from: string, told: Told) => unknown>();
  bus.hear((from, told) => listeners.get(told.run)?.(from, told));
  let lastRun = 0;

  async function run(variant: Variant, name: string, route: Route): Promise<string[]> {
    const id = (lastRun += 1);
    const at = (context: string): string => `${variant}/${route.host}/${context}`;
    const parts: Part[] =
      route.to === null
        ? [{ role: 'alone', context: at(route.from) }]
        : [
            { role: 'accept', context: at(route.to) },
            { role: 'open', context: at(route.from) },
          ];
    const told = new Map<string, Told>();
    let wake = (): void => undefined;
    const signals: string[] = [];
    listeners.set(id, async (from, message) => {
      if (message.type === 'signal') {
        signals.push(message.what ?? '');
        for (const { context } of parts) {
          if (context !== from) bus.order(context, { type: 'signal', run: id, what: message.what });
        }
        return null;
      }
      if (message.type === 'ask') {
        const helper = helpers[message.what ?? ''];
        if (helper === undefined) throw new Error(`nobody can ${String(message.what)}`);
        return await helper(message.detail, variant, route.host);
      }
      told.set(`${from} ${message.type}`, message);
      wake();
      return null;
    });
    const hears = async (contexts: readonly string[], type: Told['type']): Promise<void> => {
      const deadline = Date.now() + STEP_MS;
      const missing = (): string[] => contexts.filter((each) => !told.has(`${each} ${type}`));
      while (missing().length > 0) {
        const left = deadline - Date.now();
        if (left <= 0) throw new Error(`${type}: not from ${missing().join(', ')}`);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, left);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    };
    const contexts = parts.map(({ context }) => context);
    const url = `http://127.0.0.1/${variant}/${route.host}/*`;
    const problems: string[] = [];
    try {
      for (const { role, context } of parts) {
        const order = { type: 'start', run: id, name, role, url, signals, ...route };
        bus.order(context, order);
        await hears([context], 'started');
      }
      await hears(contexts, 'finished');
    } catch (error) {
      problems.push(`DID NOT END: ${String(error)}`);
    }
    try {
      // What was under way when the first contexts confirm has passed the parent process; what the parent had
      // for a context has reached it when it confirms again, with its log.
      for (const context of contexts) bus.order(context, { type: 'settle', run: id });
      await hears(contexts, 'settled');
      for (const context of contexts) bus.order(context, { type: 'end', run: id });
      await hears(contexts, 'log');
      // Only now: what one end takes down the other would log.
      for (const context of contexts) bus.order(context, { type: 'clean', run: id });
      await hears(contexts, 'cleaned');
    } catch (error) {
      problems.push(`NO LOG: ${String(error)}`);
    }
    listeners.delete(id);
    const lines = parts
      .toReversed()
      .flatMap(({ role, context }) =>
        (told.get(`${context} log`)?.lines ?? []).map((line) => `${role}: ${line}`),
      );
    return [...lines, ...problems];
  }

  const hosts = new Set(cases.flatMap(({ routes }) => routes.map(({ host }) => host)));
  const queue = async (variant: Variant, host: string): Promise<void> => {
    for (const { name, routes } of cases) {
      for (const route of routes) {
        if (route.host !== host) continue;
        logs.set(`${variant} ${name} ${routeName(route)}`, await run(variant, name, route));
      }
    }
  };
  await Promise.all([...hosts].flatMap((host) => VARIANTS.map((variant) => queue(variant, host))));

  return cases.flatMap(({ name, routes }) =>
    routes.map((route) => {
      const of = (variant: Variant): readonly string[] =>
        logs.get(`${variant} ${name} ${routeName(route)}`) ?? ['not run'];
      return {
        name,
        route: routeName(route),
        logs: { bare: of('bare'), instrumented: of('instrumented') },
      };
    }),
  );
}
