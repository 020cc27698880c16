/** Installs extensions for one session of Firefox and grants what they may ask for. */
import type { Browser } from 'puppeteer-core';
import { PORTHOLE_ID } from '../../protocol/index.js';
import { Failure } from '../failure.js';
import type { PrivilegedWindow } from './privileged.js';
import type { System } from './system.js';

export interface Grants {
  readonly permissions: readonly string[];
  /** Match patterns. */
  readonly origins: readonly string[];
}

/** Grants optional and host permissions; an id may be granted to before it is installed. */
export async function grant(
  system: System,
  id: string,
  { permissions, origins }: Grants,
): Promise<void> {
  await system.evaluate(addPermissions, id, permissions, origins);
}

/**
 * Installs Porthole, with the permission to tell extensions in development from others: nothing that is
 * installed in a throw-away profile waits for a person's word then.
 *
 * @param folder the built extension
 * @throws Failure with Firefox's reason
 */
export async function installPorthole(
  browser: Browser,
  system: System,
  folder: string,
): Promise<void> {
  await grant(system, PORTHOLE_ID, { permissions: ['management'], origins: [] });
  await install(browser, folder);
}

/**
 * Installs an unpacked extension until Firefox ends. When this returns, its background has run once.
 *
 * @param folder absolute path
 * @returns the extension's id, which Firefox makes up when the manifest has none
 * @throws Failure with Firefox's reason
 */
export async function install(browser: Browser, folder: string): Promise<string> {
  try {
    return await browser.installExtension(folder);
  } catch (error) {
    throw new Failure(`Firefox did not install ${folder}: ${String(error)}`);
  }
}

/** Restarts a temporarily installed extension, as about:debugging's button does. */
export async function reload(system: System, id: string): Promise<void> {
  await system.evaluate(reloadAddon, id);
}

/** Does what a click on the extension's toolbar button does. */
export async function clickToolbarButton(system: System, id: string): Promise<void> {
  await system.evaluate(triggerAction, id);
}

async function addPermissions(
  window: PrivilegedWindow,
  id: string,
  permissions: readonly string[],
  origins: readonly string[],
): Promise<void> {
  const { ExtensionPermissions } = window.ChromeUtils.importESModule(
    'resource://gre/modules/ExtensionPermissions.sys.mjs',
  );
  const installed = window.WebExtensionPolicy.getByID(id)?.extension;
  await ExtensionPermissions.add(id, { permissions, origins, data_collection: [] }, installed);
}

async function reloadAddon(window: PrivilegedWindow, id: string): Promise<void> {
  const { AddonManager } = window.ChromeUtils.importESModule(
    'resource://gre/modules/AddonManager.sys.mjs',
  );
  const addon = await AddonManager.getAddonByID(id);
  if (!addon) throw new Error(`${id} is not installed`);
  await addon.reload();
}

function triggerAction(window: PrivilegedWindow, id: string): void {
  const { ExtensionParent } = window.ChromeUtils.importESModule(
    'resource://gre/modules/ExtensionParent.sys.mjs',
  );
  const extension = window.WebExtensionPolicy.getByID(id)?.extension;
  if (!extension) throw new Error(`${id} is not installed`);
  const button = ExtensionParent.apiManager.global.browserActionFor(extension);
  if (!button) throw new Error(`${id} has no toolbar button`);
  button.triggerAction(window);
}
