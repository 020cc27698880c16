/** Builds the extension into dist/firefox and the command line into dist/cli. */
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensurePackages } from './bootstrap.mjs';
import { Stop, root, runPackage, script } from './run.mjs';

/**
 * One process per target: see vite.config.ts. Needs the packages.
 *
 * @throws {Stop} when a target does not build
 */
export async function build() {
  for (const target of ['firefox', 'cli']) {
    const code = await runPackage('vite', ['build', '--logLevel', 'warn'], {
      // Vite's runner, which runs sources in this very process, has left "development" there: JSX would name files.
      env: { PORTHOLE_TARGET: target, NODE_ENV: 'production' },
    });
    if (code !== 0) throw new Stop(`The build of dist/${target} failed, see above.`);
  }
  linkProgram();
}

/** npm links the programs of dependencies only; this makes `npx porthole` work in the repository. */
function linkProgram() {
  const folder = join(root, 'node_modules', '.bin');
  mkdirSync(folder, { recursive: true });
  const link = join(folder, 'porthole');
  rmSync(link, { force: true });
  if (process.platform === 'win32') {
    writeFileSync(`${link}.cmd`, '@node "%~dp0\\..\\..\\dist\\cli\\porthole.js" %*\r\n');
    return;
  }
  const program = join('..', '..', 'dist', 'cli', 'porthole.js');
  chmodSync(join(folder, program), 0o755);
  symlinkSync(program, link);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  script(async () => {
    await ensurePackages();
    await build();
  });
}
