/** A native application, where Firefox looks for it: in the home folder that it is started with. */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const NATIVE_APP = 'porthole.fixture';

/**
 * @param home Firefox's `HOME`
 * @param allowed ids of the extensions that may talk to it
 */
export async function installNativeHost(home: string, allowed: readonly string[]): Promise<void> {
  const folder = join(home, '.mozilla/native-messaging-hosts');
  const path = join(home, 'host');
  const source = await readFile(new URL('../fixtures/native-host.cjs', import.meta.url), 'utf8');
  await mkdir(folder, { recursive: true });
  await writeFile(path, `#!${process.execPath}\n${source}`);
  await chmod(path, 0o755);
  await writeFile(
    join(folder, `${NATIVE_APP}.json`),
    JSON.stringify({
      name: NATIVE_APP,
      description: 'says everything back',
      path,
      type: 'stdio',
      allowed_extensions: allowed,
    }),
  );
}
