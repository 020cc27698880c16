/**
 * `npm test`: every check, in an order that shows cheap failures first. Names of steps as arguments run
 * those alone: `npm test -- unit`. The last line is always `N passed, N failed`.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap } from './bootstrap.mjs';
import { build } from './build.mjs';
import { ensureCompiler } from './compiler.mjs';
import { COUNTS_FILE, countedLines } from './counts.mjs';
import { Stop, root, run, runPackage, script } from './run.mjs';

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {() => Promise<number | void>} run exit code; a thrown {@link Stop} is a failure, too
 * @property {string} [needs] the step without which this one cannot run
 * @property {boolean} [counts] whether it leaves a vitest report that says how many tests ran
 */

/** @type {readonly Step[]} */
const STEPS = [
  {
    name: 'install',
    run: async () => {
      await bootstrap();
      await ensureCompiler();
    },
  },
  { name: 'format', run: () => runPackage('prettier', ['--check', '.', '--log-level', 'warn']) },
  { name: 'lint', run: () => runPackage('oxlint', ['--deny-warnings']) },
  { name: 'unused', run: () => runPackage('knip', []) },
  { name: 'types', run: () => runPackage('typescript', ['--noEmit'], { program: 'tsc' }) },
  { name: 'unit', run: () => vitest('unit', 'vitest.config.ts'), counts: true },
  { name: 'build', run: build },
  {
    name: 'addon',
    run: () => runPackage('web-ext', ['lint', '--self-hosted', '-s', 'dist/firefox']),
    needs: 'build',
  },
  { name: 'size', run: () => run(process.execPath, ['scripts/size.mjs']), needs: 'build' },
  {
    name: 'e2e',
    run: () => vitest('e2e', 'vitest.e2e.config.ts'),
    needs: 'build',
    counts: true,
  },
];

const REPORTS = join(root, '.cache', 'reports');

/** @param {string} name */
const reportFile = (name) => join(REPORTS, `${name}.json`);

/**
 * @param {string} name of the report
 * @param {string} config
 */
function vitest(name, config) {
  mkdirSync(REPORTS, { recursive: true });
  rmSync(reportFile(name), { force: true });
  const reporters = ['--reporter=default', '--reporter=json'];
  const output = `--outputFile.json=${reportFile(name)}`;
  return runPackage('vitest', ['run', '--config', config, ...reporters, output]);
}

/**
 * @param {string} name
 * @returns {{ passed: number, failed: number, again: string[] }} zeros when vitest ended before it could say; `again`
 *   names the tests that passed only when they were run once more, and says why
 */
function testCounts(name) {
  try {
    const report = JSON.parse(readFileSync(reportFile(name), 'utf8'));
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      again: passedAgain(report),
    };
  } catch {
    return { passed: 0, failed: 0, again: [] };
  }
}

/**
 * @param {{ testResults: { assertionResults: { status: string, fullName: string, failureMessages: string[] }[] }[] }} report
 *   vitest keeps the failures of earlier tries
 */
function passedAgain({ testResults }) {
  return testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status, failureMessages }) => status === 'passed' && failureMessages.length > 0)
    .map(({ fullName, failureMessages: [why = ''] }) => `${fullName}: ${why.split('\n')[0]}`);
}

/** @param {Step} step */
async function succeeds(step) {
  try {
    return ((await step.run()) ?? 0) === 0;
  } catch (error) {
    console.error(error instanceof Stop ? error.message : error);
    return false;
  }
}

/** @param {readonly string[]} names */
function chosen(names) {
  const unknown = names.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) {
    const known = STEPS.map((step) => step.name).join(', ');
    throw new Stop(`There is no step ${unknown.join(', ')}. The steps are: ${known}.`);
  }
  return names.length === 0 ? STEPS : STEPS.filter((step) => names.includes(step.name));
}

script(async () => {
  let passed = 0;
  let failed = 0;
  /** @type {string[]} */
  const again = [];
  rmSync(COUNTS_FILE, { force: true });
  /** @type {Set<string>} */
  const broken = new Set();
  for (const step of chosen(process.argv.slice(2))) {
    if (step.needs !== undefined && broken.has(step.needs)) {
      console.log(`\n== ${step.name}: not run, because ${step.needs} failed`);
      continue;
    }
    console.log(`\n== ${step.name}`);
    const began = Date.now();
    const ok = await succeeds(step);
    const counts = step.counts ? testCounts(step.name) : { passed: 0, failed: 0, again: [] };
    again.push(...counts.again);
    passed += counts.passed;
    // A step that fails without a failed test (a file that does not load, say) is one failure by itself.
    failed += ok ? 0 : Math.max(counts.failed, 1);
    if (!ok) broken.add(step.name);
    console.log(
      `== ${step.name}: ${ok ? 'ok' : 'FAILED'}, ${Math.round((Date.now() - began) / 1000)} s`,
    );
  }
  const counted = countedLines();
  if (counted.length > 0) console.log(`\n${counted.join('\n')}`);
  if (again.length > 0) console.log(`\npassed only the second time:\n${again.join('\n')}`);
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});
