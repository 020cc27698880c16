/** Installs an extension as a store does, disables and enables one, and kills the process that all extensions run in. */
import { readFileSync } from 'node:fs';
import type { Firefox } from '../../../src/cli/firefox/launch.js';
import type { PrivilegedWindow } from '../../../src/cli/firefox/privileged.js';
import { pollUntil } from './poll.js';

interface Addon {
  enable(): Promise<void>;
  disable(): Promise<void>;
}

interface AddonInstall {
  readonly addon: { readonly id: string; readonly temporarilyInstalled: boolean };
  install(): Promise<void>;
}

interface InstallingAddonManager {
  getInstallForFile(file: unknown): Promise<AddonInstall>;
}

/**
 * Installs an .xpi for good, not as a temporary extension. Needs `xpinstall.signatures.required` off, which
 * Firefox ESR honours, unless the file is signed.
 */
export async function installFile({ system }: Firefox, path: string): Promise<void> {
  await system.evaluate(installAddon, path);
}

/** Resolves when it is done, and the extension's background has started or gone. */
export async function setEnabled({ system }: Firefox, id: string, enabled: boolean): Promise<void> {
  await system.evaluate(toggleAddon, id, enabled);
}

/** Kills the extension process of this Firefox; resolves when it is gone. */
export async function killExtensionProcess(firefox: Firefox): Promise<void> {
  const pid = await firefox.system.evaluate(extensionProcess);
  const started = firefox.browser.process()?.pid;
  if (pid === null || !isDescendant(pid, started)) {
    throw new Error(`${String(pid)} is no process of the Firefox that was started here`);
  }
  process.kill(pid, 'SIGKILL');
  await pollUntil(
    'another extension process, or none',
    () => firefox.system.evaluate(extensionProcess),
    (now) => now !== pid,
  );
}

function isDescendant(pid: number, ancestor: number | undefined): boolean {
  for (let current = pid; current > 1;) {
    if (current === ancestor) return true;
    const status = readFileSync(`/proc/${String(current)}/status`, 'utf8');
    current = Number(/^PPid:\s*(\d+)/m.exec(status)?.[1] ?? 0);
  }
  return false;
}

async function installAddon(window: PrivilegedWindow, path: string): Promise<void> {
  const { AddonManager } = window.ChromeUtils.importESModule(
    'resource://gre/modules/AddonManager.sys.mjs',
  );
  const { importESModule } = window.ChromeUtils as unknown as {
    importESModule(url: string): { FileUtils: { File: new (path: string) => unknown } };
  };
  const { FileUtils } = importESModule('resource://gre/modules/FileUtils.sys.mjs');
  const manager = AddonManager as unknown as InstallingAddonManager;
  const install = await manager.getInstallForFile(new FileUtils.File(path));
  await install.install();
  if (install.addon.temporarilyInstalled) throw new Error(`${path} was installed temporarily`);
}

async function toggleAddon(window: PrivilegedWindow, id: string, enabled: boolean): Promise<void> {
  const { AddonManager } = window.ChromeUtils.importESModule(
    'resource://gre/modules/AddonManager.sys.mjs',
  );
  const addon = (await AddonManager.getAddonByID(id)) as unknown as Addon | null;
  if (addon === null) throw new Error(`${id} is not installed`);
  await (enabled ? addon.enable() : addon.disable());
}

async function extensionProcess(window: PrivilegedWindow): Promise<number | null> {
  const { requestProcInfo } = window.ChromeUtils as unknown as {
    requestProcInfo(): Promise<{ children: { type: string; pid: number }[] }>;
  };
  const { children } = await requestProcInfo();
  return children.find(({ type }) => type === 'extension')?.pid ?? null;
}
