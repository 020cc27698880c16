/** Firefox's own Network panel, with the messages of a WebSocket beside it, looked into with Firefox's own privileges. */
import type { PrivilegedWindow } from '../../src/cli/firefox/privileged.js';
import type { System } from '../../src/cli/firefox/system.js';

/** What the panel has by now. */
export interface NetworkPanelState {
  /** Messages that have reached it. */
  readonly messages: number;
  /** Rows of them in the table, which is all that one can scroll to. */
  readonly rows: number;
  /** The longest time for which the toolbox's page did not get round to a timer of 4 ms, less those 4 ms. */
  readonly longestTask: number;
}

/** Selects the only WebSocket and opens its messages. */
export async function showMessages(system: System): Promise<void> {
  await system.evaluate(selectSocket, 30_000);
}

/** Counts stalls from now on. */
export async function watchStalls(system: System): Promise<void> {
  await system.evaluate(startBeat);
}

export async function lookAtNetworkPanel(system: System): Promise<NetworkPanelState> {
  return await system.evaluate(look);
}

interface Netmonitor extends Window {
  readonly store: {
    getState(): {
      readonly requests: {
        readonly requests: readonly { readonly id: string; readonly cause: { type: string } }[];
      };
      readonly messages: {
        readonly messages: Map<unknown, readonly unknown[]>;
        readonly currentChannelId: unknown;
      };
    };
  };
  readonly actions: {
    selectRequest(id: string, request: object): void;
    selectDetailsPanelTab(id: string): void;
    openNetworkDetails(open: boolean): void;
  };
  longestTask?: number;
}

interface WithPanel extends PrivilegedWindow {
  netmonitor?: () => Netmonitor;
}

async function selectSocket(window: WithPanel, timeoutMs: number): Promise<void> {
  const { require } = window.ChromeUtils.importESModule(
    'resource://devtools/shared/loader/Loader.sys.mjs',
  ) as unknown as {
    require(module: string): {
      readonly gDevTools: {
        getToolboxForTab(tab: unknown): {
          getCurrentPanel(): { readonly panelWin: Netmonitor };
        };
      };
    };
  };
  const { gDevTools } = require('devtools/client/framework/devtools');
  const { panelWin } = gDevTools.getToolboxForTab(window.gBrowser.selectedTab).getCurrentPanel();
  window.netmonitor = () => panelWin;
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const { requests } = panelWin.store.getState().requests;
    const socket = requests.find(({ cause }) => cause.type === 'websocket');
    if (socket !== undefined) {
      panelWin.actions.selectRequest(socket.id, socket);
      panelWin.actions.openNetworkDetails(true);
      panelWin.actions.selectDetailsPanelTab('response');
    }
    const isShown = panelWin.document.querySelector('.message-list-empty-notice') !== null;
    if (isShown && panelWin.store.getState().messages.currentChannelId !== null) return;
    if (Date.now() > deadline) {
      throw new Error(
        `the Network panel shows no messages: ${requests.length} requests, ${socket?.id ?? 'no socket'}`,
      );
    }
    await new Promise((resolve) => window.setTimeout(resolve, 100));
  }
}

function startBeat(window: WithPanel): void {
  const panel = window.netmonitor?.();
  if (panel === undefined) throw new Error('the Network panel is not open');
  panel.longestTask = 0;
  let beat = panel.performance.now();
  const onBeat = (): void => {
    const now = panel.performance.now();
    panel.longestTask = Math.max(panel.longestTask ?? 0, now - beat - 4);
    beat = now;
    panel.setTimeout(onBeat, 4);
  };
  panel.setTimeout(onBeat, 4);
}

function look(window: WithPanel): NetworkPanelState {
  const panel = window.netmonitor?.();
  if (panel === undefined) throw new Error('the Network panel is not open');
  const { messages } = panel.store.getState().messages;
  return {
    messages: [...messages.values()].reduce((sum, { length }) => sum + length, 0),
    rows: panel.document.querySelectorAll('.message-list-body tr.message-list-item').length,
    longestTask: panel.longestTask ?? 0,
  };
}
