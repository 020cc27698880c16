/** The bench: runs each part, prints the table, writes the JSON. */
import './texts.js';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { temporaryFolder } from '../src/cli/firefox/processes.js';
import { environment, load } from './environment.js';
import { Firefoxes } from './firefoxes.js';
import { judge, rounded, type Sections } from './figures.js';
import { PARTS } from './parts.js';
import { printReport } from './report.js';
import { root } from './root.js';

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
  const wanted = values.only ?? Object.keys(PARTS);
  const strange = wanted.find((part) => PARTS[part] === undefined);
  if (strange !== undefined) {
    throw new Error(`--only ${strange}: there is ${Object.keys(PARTS).join(', ')}`);
  }
  const build = resolve(root, values.build);
  const { quick } = values;
  const loadBefore = load();
  const sections: Sections = {};
  const rounds: Record<string, unknown> = {};
  const seconds: Record<string, number> = {};
  const notes: string[] = [];
  let version = 'no Firefox';

  const temporary = temporaryFolder();
  const firefoxes = new Firefoxes();
  try {
    for (const [name, part] of Object.entries(PARTS)) {
      if (!wanted.includes(name)) continue;
      const started = performance.now();
      const folder = join(temporary.path, name);
      await mkdir(folder, { recursive: true });
      const onFirefox = (of: string): void => {
        version = of;
      };
      const say = (what: string): void => console.log(`${name}: ${what}`);
      say('begins');
      const measured = await part({ build, folder, quick, firefoxes, onFirefox, say });
      for (const [section, figures] of Object.entries(measured.sections)) {
        sections[section] = { ...sections[section], ...figures };
      }
      rounds[name] = measured.rounds;
      notes.push(...measured.notes);
      seconds[name] = Math.round((performance.now() - started) / 1_000);
      say(`${seconds[name]} s`);
    }
  } finally {
    await firefoxes.end();
    await temporary.remove();
  }

  const verdicts = judge(sections);
  for (const figures of Object.values(sections)) {
    for (const [key, value] of Object.entries(figures)) {
      if (value !== null) figures[key] = rounded(value);
    }
  }
  const where = { ...environment(version, quick, loadBefore), seconds };
  printReport(sections, verdicts, notes, where);
  if (values.json !== undefined) {
    const report = { ...sections, budgets: verdicts, notes, rounds, environment: where };
    await writeFile(resolve(values.json), `${JSON.stringify(report, null, 2)}\n`);
  }
  return values.check && verdicts.some(({ holds }) => !holds) ? 1 : 0;
}
