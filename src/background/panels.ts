/** Serves panels: tells them what changes, does what they ask. */

import type { Runtime } from 'webextension-polyfill';
import { readFromPanel } from '../protocol/guards.js';
import type {
  FromPanel,
  InstalledExtension,
  PlaygroundResult,
  PlaygroundRun,
  ToPanel,
} from '../protocol/index.js';
import { faultOf, StoreError } from '../store/reader.js';
import type { Collector } from './collector.js';
import { trespassed } from './report-ports.js';

export interface PanelServices {
  readonly starting: () => Promise<Collector>;
  /** Deletes the database. */
  readonly erase: () => Promise<void>;
  readonly run: (tabId: number, run: PlaygroundRun) => Promise<PlaygroundResult>;
  readonly post: (text: string) => PlaygroundResult;
  /** Null when the browser may not be asked. */
  readonly installed: () => Promise<readonly InstalledExtension[] | null>;
  /** URL of Porthole's own root, ending in a slash. */
  readonly ownRoot: string;
}

export interface Panels {
  /** Takes a port named PANEL_PORT; closes it unless one of Porthole's own pages opened it. */
  take(port: Runtime.Port): void;
  tell(message: ToPanel): void;
}

/** Tells one panel; returns whether it is still there. */
type Answer = (message: ToPanel) => boolean;

/** @returns a server without panels yet */
export function createPanels(services: PanelServices): Panels {
  const { starting, erase, run, post, installed, ownRoot } = services;
  const ports = new Set<Runtime.Port>();

  /** What a panel must know first; or why there is nothing to know. */
  async function greet(answer: Answer): Promise<void> {
    try {
      const collector = await starting();
      answer(collector.state());
      answer(collector.redaction());
      answer(collector.mutes());
      answer(collector.admission());
      answer(collector.storage());
    } catch (error) {
      console.error(error);
      answer({ type: 'stopped', ...faultOf(error) });
    }
  }

  async function obey(message: FromPanel, answer: Answer): Promise<void> {
    switch (message.type) {
      case 'record':
        (await starting()).record(message.on, message.at);
        return;
      case 'call-sites':
        (await starting()).callSites(message.on);
        return;
      case 'limits':
        await (await starting()).limit(message.limits);
        return;
      case 'retry':
        await greet(answer);
        return;
      case 'start-again':
        await erase();
        // One that was running still knows what was deleted.
        await (await starting()).clear();
        await greet(answer);
        return;
      case 'redaction':
        (await starting()).redact(message.on, message.keys);
        return;
      case 'mutes':
        (await starting()).mute(message.rules);
        return;
      case 'admit':
        (await starting()).admit(message.extensionId, message.verdict);
        return;
      case 'list-installed':
        answer({ type: 'installed', extensions: await installed() });
        return;
      case 'clear':
        await (await starting()).clear();
        return;
      case 'set-aside':
        await (await starting()).setAside();
        return;
      case 'bring-back':
        await (await starting()).bringBack();
        return;
      case 'read-file': {
        const { ask, extensionId, url } = message;
        const collector = await starting();
        collector.readFile(extensionId, url, (news) => answer({ ...news, ask }));
        return;
      }
      case 'playground-run':
        answer({ type: 'playground', ...(await run(message.tabId, message.run)) });
        return;
      case 'playground-post':
        answer({ type: 'playground', ...post(message.text) });
        return;
      default:
        message satisfies never;
    }
  }

  function take(port: Runtime.Port): void {
    // Content scripts of Porthole run in pages it does not trust, and have its id too.
    if (port.sender?.url?.startsWith(ownRoot) !== true) {
      port.disconnect();
      trespassed(port, starting);
      return;
    }
    ports.add(port);
    port.onDisconnect.addListener(() => ports.delete(port));
    const answer: Answer = (message) => {
      const isThere = ports.has(port);
      if (isThere) port.postMessage(message);
      return isThere;
    };
    const fail = (error: unknown): void => {
      console.error(error);
      if (error instanceof StoreError) answer({ type: 'stopped', ...faultOf(error) });
      else if (ports.delete(port)) port.disconnect();
    };
    // One after the other, so that "pause, clear, resume" is done in this order.
    let turn = greet(answer);
    port.onMessage.addListener((value) => {
      turn = turn.then(() => obey(readFromPanel(value), answer)).catch(fail);
    });
  }

  return {
    take,
    tell: (message) => {
      for (const port of ports) {
        try {
          port.postMessage(message);
        } catch {
          // Closed at the other end; its onDisconnect is on the way.
        }
      }
    },
  };
}
