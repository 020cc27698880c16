/** The toolbox without Porthole's panel in it, and none at all. */
import type { PrivilegedWindow } from '../src/cli/firefox/privileged.js';
import type { System } from '../src/cli/firefox/system.js';

/** Opens the toolbox on the selected tab with one of Firefox's own panels; what was open is closed before. */
export async function openOwnTool(system: System, tool: 'options' | 'netmonitor'): Promise<void> {
  await system.evaluate(closeOpen);
  await system.evaluate(showTool, tool);
}

/** Closes the toolbox of the selected tab. */
export async function closeToolbox(system: System): Promise<void> {
  await system.evaluate(closeOpen);
}

interface Toolboxes {
  require(module: string): {
    readonly gDevTools: {
      getToolboxForTab(tab: unknown): { destroy(): Promise<void> } | null | undefined;
      showToolboxForTab(tab: unknown, options: object): Promise<unknown>;
    };
  };
}

async function closeOpen(window: PrivilegedWindow): Promise<void> {
  const { require } = window.ChromeUtils.importESModule(
    'resource://devtools/shared/loader/Loader.sys.mjs',
  ) as unknown as Toolboxes;
  const { gDevTools } = require('devtools/client/framework/devtools');
  await gDevTools.getToolboxForTab(window.gBrowser.selectedTab)?.destroy();
}

async function showTool(window: PrivilegedWindow, toolId: string): Promise<void> {
  const { require } = window.ChromeUtils.importESModule(
    'resource://devtools/shared/loader/Loader.sys.mjs',
  ) as unknown as Toolboxes;
  const { gDevTools } = require('devtools/client/framework/devtools');
  await gDevTools.showToolboxForTab(window.gBrowser.selectedTab, { toolId, hostType: 'bottom' });
}
