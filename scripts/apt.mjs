/** Installs packages of Debian where nobody has to be asked: for root, on Debian. */
import { existsSync } from 'node:fs';
import { run } from './run.mjs';

/**
 * @param {string} name of the package
 * @param {string} reason said before it begins
 * @returns {Promise<boolean>} whether it is installed now; false where there is no apt to use
 */
export async function installFromApt(name, reason) {
  const isDebian = process.platform === 'linux' && existsSync('/etc/debian_version');
  if (!isDebian || process.getuid?.() !== 0) return false;
  console.log(`${reason}: installing ${name} with apt.`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await run('apt-get', ['update'], { env });
    return (
      (await run('apt-get', ['install', '-y', '--no-install-recommends', name], { env })) === 0
    );
  } catch {
    return false;
  }
}
