/** The command line: what can be typed, and how an end is told. What is done is done elsewhere. */
import messages from '../../public/_locales/en/messages.json' with { type: 'json' };
import { Command } from 'commander';
import { collectUrl, parseKeys, parseSeconds } from './arguments.js';
import { examples, type ExamplesOptions } from './examples.js';
import { Failure } from './failure.js';
import { instrumentCommand } from './instrument-command.js';
import { record, type RecordOptions } from './record.js';
import { run, type RunOptions } from './run.js';
import { show, type ShowOptions } from './show.js';
import { terminal } from './terminal.js';
import { REDACTED_KEYS } from '../protocol/index.js';
import { useTextFiles } from '../texts/index.js';

declare const __PORTHOLE_VERSION__: string;

useTextFiles([messages]);

const program = new Command('porthole')
  .description('See every message of a WebExtension: every port, both ends.')
  .version(__PORTHOLE_VERSION__)
  .addHelpText(
    'after',
    `
Examples:
  porthole run ./my-extension --url https://example.org/
  porthole record ./my-extension --url https://example.org/ --seconds 10 --out trace.ndjson --headless
  porthole instrument ./my-extension --out ./my-extension-instrumented

PORTHOLE_FIREFOX names the Firefox to use when it is not in one of the usual places.`,
  );

program.addCommand(instrumentCommand());

program
  .command('record')
  .description('record the messages of extensions on some pages as a trace file')
  .argument('<extension...>', 'folders, .xpi or .zip files; they are only read')
  .requiredOption('--url <url>', 'a page to open; may be given again', collectUrl)
  .requiredOption('--seconds <n>', 'how long, from when the pages are there', parseSeconds)
  .requiredOption('--out <file>', 'the trace, NDJSON')
  .option('--headless', 'without a window', false)
  .option('--screenshot <file>', 'a PNG of the window with the toolbox open on Porthole')
  .option(
    '--redact [keys]',
    `leave values out of the trace whose key contains one of these (${REDACTED_KEYS.join(',')})`,
    parseKeys,
  )
  .option(
    '--filter <query>',
    'write only the messages that pass (one-off ones too), see docs/filter.md',
  )
  .option('--no-grant', 'grant no optional or host permissions at the start')
  .addHelpText(
    'after',
    `
Ctrl-C writes what has been recorded until then; the exit code is then 130.`,
  )
  .action(
    async (
      extensions: string[],
      {
        url,
        redact = [],
        ...options
      }: Omit<RecordOptions, 'extensions' | 'urls' | 'redact'> & {
        url: string[];
        redact?: readonly string[] | true;
      },
    ) => {
      const keys = redact === true ? REDACTED_KEYS : redact;
      process.exitCode = await record(
        { ...options, extensions, urls: url, redact: keys },
        terminal,
      );
    },
  );

program
  .command('run')
  .description(
    'open Firefox with extensions, its toolbox open on Porthole, and print their messages',
  )
  .argument('<extension...>', 'folders, .xpi or .zip files; they are only read')
  .option('--url <url>', 'a page to open; may be given again', collectUrl)
  .option('--no-grant', 'grant no optional or host permissions at the start')
  .addHelpText('after', '\nEnds when the window is closed, or with Ctrl-C.')
  .action(async (extensions: string[], { url = [], grant }: { url?: string[]; grant: boolean }) => {
    await run({ extensions, urls: url, grant } satisfies RunOptions, terminal);
  });

program
  .command('show')
  .description('print the messages of a trace file, one-off ones too, one line each')
  .argument('<trace>', 'what porthole record wrote')
  .option('--filter <query>', 'only those that pass, see docs/filter.md')
  .action(async (trace: string, options: ShowOptions) => {
    await show(trace, options, terminal);
  });

program
  .command('examples')
  .description('open Firefox with the example extension on its page; what npm start does')
  .option(
    '--headless',
    'without a window: the examples are driven, and their messages checked',
    false,
  )
  .option('--seconds <n>', 'how long (default: 10 without a window)', parseSeconds)
  .option('--out <file>', 'write the trace, NDJSON')
  .option('--screenshot <file>', 'a PNG of the window with the toolbox open on Porthole')
  .action(async (options: ExamplesOptions) => {
    process.exitCode = await examples(options, terminal);
  });

// A reader that has gone away, as `| head` does, wants no more lines.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  terminal.note(`porthole: ${error.message}`);
  process.exitCode = error.exitCode;
}
