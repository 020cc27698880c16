/** The bench: runs each part in one Firefox, prints the table, writes the JSON. */
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findFirefox } from '../src/cli/firefox/find-firefox.js';
import { launchFirefox } from '../src/cli/firefox/launch.js';
import { temporaryFolder } from '../src/cli/firefox/processes.js';
import { environment, load } from './environment.js';
import { judge, rounded, type Sections } from './figures.js';
import { benchInstrumentation } from './instrumentation.js';
import { benchModel } from './model/bench.js';
import { printReport } from './report.js';
import { root } from './root.js';
import { contentScriptSize, panelSizes } from './sizes.js';
import { benchStore } from './store/bench.js';

const PARTS = ['sizes', 'model', 'store', 'instrumentation'] as const;
type Part = (typeof PARTS)[number];

/** Extensions and their event pages stay up between rounds. */
const PREFS = { 'extensions.background.idle.timeout': 3_600_000 };

/**
 * @param args of the command line, as `bench/README.md` lists them
 * @returns the exit code: 0 when every part ran; 1 with `--check` when a budget is missed
 */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'string' },
      quick: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
      build: { type: 'string', default: 'dist/firefox' },
    },
  });
  const wanted = values.only ?? PARTS;
  const strange = wanted.find((part) => !(PARTS as readonly string[]).includes(part));
  if (strange !== undefined) throw new Error(`--only ${strange}: there is ${PARTS.join(', ')}`);
  const runs = (part: Part): boolean => wanted.includes(part);
  const build = resolve(root, values.build);
  const { quick } = values;
  const loadBefore = load();
  const sections: Sections = {};
  const rounds: Record<string, unknown> = {};
  const notes: string[] = [];

  if (runs('sizes')) {
    const contentScript = await contentScriptSize(build);
    const panel = await panelSizes(build);
    sections['instrumentation'] = { gzipBytes: contentScript.gzipBytes };
    sections['panel'] = { gzipBytes: panel.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0) };
    rounds['sizes'] = [contentScript, ...panel];
  }

  if (runs('model')) {
    const model = benchModel(quick);
    sections['model'] = model.figures;
    sections['growth'] = { ...sections['growth'], ...model.growth };
    rounds['model'] = model.rounds;
  }

  let version = 'no Firefox';
  if (runs('store') || runs('instrumentation')) {
    const temporary = temporaryFolder();
    const firefox = await launchFirefox({
      executable: findFirefox(),
      headless: true,
      prefs: PREFS,
    });
    version = firefox.version;
    try {
      if (runs('store')) {
        const store = await benchStore(firefox, join(temporary.path, 'store'), quick);
        const { rounds: storeRounds, ...figures } = store;
        sections['store'] = figures;
        rounds['store'] = storeRounds;
      }
      if (runs('instrumentation')) {
        const measured = await benchInstrumentation(firefox, temporary.path, build, quick);
        sections['instrumentation'] = { ...sections['instrumentation'], ...measured.figures };
        rounds['instrumentation'] = measured.rounds;
        notes.push(...measured.notes);
      }
    } finally {
      await firefox.close();
      await temporary.remove();
    }
  }

  const verdicts = judge(sections);
  for (const figures of Object.values(sections)) {
    for (const [key, value] of Object.entries(figures)) {
      if (value !== null) figures[key] = rounded(value);
    }
  }
  const where = environment(version, quick, loadBefore);
  printReport(sections, verdicts, notes, where);
  if (values.json !== undefined) {
    const report = { ...sections, budgets: verdicts, notes, rounds, environment: where };
    await writeFile(resolve(values.json), `${JSON.stringify(report, null, 2)}\n`);
  }
  return values.check && verdicts.some(({ holds }) => !holds) ? 1 : 0;
}
