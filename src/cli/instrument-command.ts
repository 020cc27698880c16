/** `porthole instrument`: a thin shell over `src/inject`. */
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import {
  defaultOutput,
  InjectError,
  instrumentExtension,
  type InstrumentReport,
} from '../inject/index.js';

/** The built instrumentation, as seen from the built command line (`dist/cli/porthole.js`). */
const INSTRUMENTATION = fileURLToPath(new URL('../firefox/src/instrumentation/', import.meta.url));

/**
 * @returns the subcommand; what it did goes to stdout, warnings and errors to stderr, and the process's exit
 *   code is 1 when there is no copy
 */
export function instrumentCommand(): Command {
  return new Command('instrument')
    .description('make a copy of an extension that reports its messages to Porthole')
    .argument('<source>', "the extension's folder, .xpi or .zip; it is only read")
    .option('--out <path>', 'the copy: a folder, or an archive when it ends in .xpi or .zip')
    .action(async (source: string, { out }: { out?: string }) => {
      try {
        const report = await instrumentExtension({
          source,
          out: out ?? (await defaultOutput(source)),
          instrumentation: INSTRUMENTATION,
        });
        print(report);
      } catch (error) {
        if (!(error instanceof InjectError)) throw error;
        process.stderr.write(`porthole instrument: ${printable(error.message)}\n`);
        process.exitCode = 1;
      }
    });
}

function print(report: InstrumentReport): void {
  for (const { file, message } of report.warnings) {
    process.stderr.write(`warning: ${printable(`${file}: ${message}`)}\n`);
  }
  const { name, version, id, manifestVersion, out } = report;
  const lines = [
    `${name} ${version} (${id ?? 'no id'}, Manifest V${manifestVersion})`,
    ...report.done.map((line) => `  ${line}`),
    `Instrumented copy: ${out}`,
  ];
  process.stdout.write(`${lines.map(printable).join('\n')}\n`);
}

/** Names come from files of strangers: no control characters to the terminal. */
function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\u{fffd}');
}
