/**
 * All that findings say: names of texts, and code. `{word}` is filled with a fact of the sighting; each fact a rule
 * gives is named in its own file. The code is an example to be read, not the inspected extension's.
 */

import { filled, text, type TextKey } from '../../texts/index.js';
import { visible } from '../visible.js';
import type { Facts, Finding, RuleId } from './types.js';

interface Text {
  /** What was seen, in a sentence. */
  readonly message: TextKey;
  readonly cause: TextKey;
  readonly fix: TextKey;
  readonly code: string;
  /** Path under {@link MDN}. */
  readonly link: string;
}

const MDN = 'https://developer.mozilla.org/en-US/docs/Mozilla/Add-ons/WebExtensions/';
const API = 'API/runtime/';

const TITLES: Readonly<Record<RuleId, TextKey>> = {
  'nobody-listens': 'finding_nobody_listens',
  'unheard-messages': 'finding_unheard_messages',
  'receiver-frozen': 'finding_receiver_frozen',
  'post-after-close': 'finding_post_after_close',
  'not-cloneable': 'finding_not_cloneable',
  'background-stopped': 'finding_background_stopped',
  'reconnect-storm': 'finding_reconnect_storm',
  'port-leak': 'finding_port_leak',
  'reply-forgotten': 'finding_reply_forgotten',
  'reply-pending': 'finding_reply_pending',
  'reply-too-late': 'finding_reply_too_late',
  'reply-race': 'finding_reply_race',
  'reply-cut-off': 'finding_reply_cut_off',
  'slow-delivery': 'finding_slow_delivery',
  'slow-reply': 'finding_slow_reply',
  'large-payload': 'finding_large_payload',
  'growing-payload': 'finding_growing_payload',
  'chrome-json': 'finding_chrome_json',
  'chrome-limit': 'finding_chrome_limit',
  'duplicate-messages': 'finding_duplicate_messages',
  'listeners-pile-up': 'finding_listeners_pile_up',
};

const LISTEN_AT_ONCE = `// At the top of the script, before anything that awaits:
browser.{event}.addListener({listener});`;

const LISTENS = 'finding_nobody_listens_message';

const REPLY_CODE = `browser.{event}.addListener(async (message) => {
  if (message.type !== 'load') return undefined;
  return await load(message.id); // the promise is the answer
});`;

const ONE_ANSWER = `// Not async: an async function answers every message, if only with undefined.
browser.{event}.addListener((message) => {
  if (message.type !== 'load') return undefined; // not mine: no answer
  return load(message.id);
});`;

const RECONNECT = `let port = null;
function connected() {
  if (port === null) {
    port = browser.runtime.connect({ name: '{name}' });
    port.onMessage.addListener(onMessage);
    port.onDisconnect.addListener(() => { port = null; });
  }
  return port;
}
// connect() wakes the background, so connect when there is something to say:
connected().postMessage({ type: 'save' });`;

const TEXTS: Readonly<Record<RuleId, Readonly<Record<string, Text>>>> = {
  'nobody-listens': {
    'listener-late': {
      message: LISTENS,
      cause: 'finding_nobody_listens_listener_late_cause',
      fix: 'finding_nobody_listens_listener_late_fix',
      code: LISTEN_AT_ONCE,
      link: `${API}onConnect`,
    },
    'wrong-event': {
      message: LISTENS,
      cause: 'finding_nobody_listens_wrong_event_cause',
      fix: 'finding_nobody_listens_wrong_event_fix',
      code: 'browser.{event}.addListener({listener});',
      link: `${API}onUserScriptConnect`,
    },
    'scripts-need-tabs': {
      message: LISTENS,
      cause: 'finding_nobody_listens_scripts_need_tabs_cause',
      fix: 'finding_nobody_listens_scripts_need_tabs_fix',
      code: `const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
await browser.tabs.sendMessage(tab.id, { type: 'show' });`,
      link: 'API/tabs/sendMessage',
    },
    'no-listener': {
      message: LISTENS,
      cause: 'finding_nobody_listens_no_listener_cause',
      fix: 'finding_nobody_listens_no_listener_fix',
      code: LISTEN_AT_ONCE,
      link: `${API}onConnect`,
    },
    'background-asleep': {
      message: LISTENS,
      cause: 'finding_nobody_listens_background_asleep_cause',
      fix: 'finding_nobody_listens_background_asleep_fix',
      code: LISTEN_AT_ONCE,
      link: 'Background_scripts',
    },
    'background-not-started': {
      message: LISTENS,
      cause: 'finding_nobody_listens_background_not_started_cause',
      fix: 'finding_nobody_listens_background_not_started_fix',
      code: `async function send(message, tries = 5) {
  try {
    return await browser.runtime.sendMessage(message);
  } catch (error) {
    if (tries === 0) throw error;
    await new Promise((resolve) => setTimeout(resolve, 200));
    return send(message, tries - 1);
  }
}`,
      link: 'Background_scripts',
    },
    'background-unknown': {
      message: LISTENS,
      cause: 'finding_nobody_listens_background_unknown_cause',
      fix: 'finding_nobody_listens_background_unknown_fix',
      code: LISTEN_AT_ONCE,
      link: 'Background_scripts',
    },
    'other-extension': {
      message: LISTENS,
      cause: 'finding_nobody_listens_other_extension_cause',
      fix: 'finding_nobody_listens_other_extension_fix',
      code: `try {
  await browser.runtime.sendMessage('{other}', { type: 'hello' });
} catch {
  // It is not there: go on without it.
}`,
      link: `${API}onMessageExternal`,
    },
    frozen: {
      message: LISTENS,
      cause: 'finding_nobody_listens_frozen_cause',
      fix: 'finding_nobody_listens_frozen_fix',
      code: `addEventListener('pageshow', (event) => {
  if (event.persisted) browser.runtime.sendMessage({ type: 'back' });
});`,
      link: 'API/tabs/sendMessage',
    },
    'tab-not-loaded': {
      message: LISTENS,
      cause: 'finding_nobody_listens_tab_not_loaded_cause',
      fix: 'finding_nobody_listens_tab_not_loaded_fix',
      code: `// content script, once it listens
browser.runtime.sendMessage({ type: 'ready' });`,
      link: 'API/tabs/sendMessage',
    },
    orphaned: {
      message: LISTENS,
      cause: 'finding_nobody_listens_orphaned_cause',
      fix: 'finding_nobody_listens_orphaned_fix',
      code: `browser.runtime.onInstalled.addListener(async () => {
  for (const tab of await browser.tabs.query({ url: '*://*.example.org/*' })) {
    await browser.scripting.executeScript({ target: { tabId: tab.id }, files: ['content.js'] });
  }
});`,
      link: `${API}onInstalled`,
    },
    'no-script-in-tab': {
      message: LISTENS,
      cause: 'finding_nobody_listens_no_script_in_tab_cause',
      fix: 'finding_nobody_listens_no_script_in_tab_fix',
      code: `try {
  await browser.tabs.sendMessage(tab.id, { type: 'show' });
} catch {
  // No content script there, as on about: pages.
}`,
      link: 'API/tabs/sendMessage',
    },
  },
  'unheard-messages': {
    'listener-late': {
      message: 'finding_unheard_messages_listener_late_message',
      cause: 'finding_unheard_messages_listener_late_cause',
      fix: 'finding_unheard_messages_listener_late_fix',
      code: `browser.runtime.onConnect.addListener((port) => {
  port.onMessage.addListener(onMessage); // before any await
});`,
      link: `${API}Port`,
    },
    'listener-gone': {
      message: 'finding_unheard_messages_listener_gone_message',
      cause: 'finding_unheard_messages_listener_gone_cause',
      fix: 'finding_unheard_messages_listener_gone_fix',
      code: `port.onMessage.addListener(onMessage);`,
      link: `${API}Port`,
    },
    'no-listener': {
      message: 'finding_unheard_messages_no_listener_message',
      cause: 'finding_unheard_messages_no_listener_cause',
      fix: 'finding_unheard_messages_no_listener_fix',
      code: `const port = browser.runtime.connect({ name: '{name}' });
port.onMessage.addListener((message) => { /* … */ });`,
      link: `${API}Port`,
    },
  },
  'receiver-frozen': {
    frozen: {
      message: 'finding_receiver_frozen_frozen_message',
      cause: 'finding_receiver_frozen_frozen_cause',
      fix: 'finding_receiver_frozen_frozen_fix',
      code: `addEventListener('pagehide', () => port.disconnect());
addEventListener('pageshow', (event) => {
  if (event.persisted) port = browser.runtime.connect({ name: '{name}' });
});`,
      link: `${API}Port`,
    },
  },
  'post-after-close': {
    self: {
      message: 'finding_post_after_close_self_message',
      cause: 'finding_post_after_close_self_cause',
      fix: 'finding_post_after_close_self_fix',
      code: `port.disconnect();
port = null;`,
      link: `${API}Port`,
    },
    other: {
      message: 'finding_post_after_close_other_message',
      cause: 'finding_post_after_close_other_cause',
      fix: 'finding_post_after_close_other_fix',
      code: RECONNECT,
      link: `${API}Port`,
    },
    gone: {
      message: 'finding_post_after_close_other_message',
      cause: 'finding_post_after_close_gone_cause',
      fix: 'finding_post_after_close_gone_fix',
      code: `port.onDisconnect.addListener(() => ports.delete(port));`,
      link: `${API}Port`,
    },
    extension: {
      message: 'finding_post_after_close_other_message',
      cause: 'finding_post_after_close_extension_cause',
      fix: 'finding_post_after_close_extension_fix',
      code: `port.onDisconnect.addListener(stop);`,
      link: `${API}Port`,
    },
    unknown: {
      message: 'finding_post_after_close_other_message',
      cause: 'finding_post_after_close_unknown_cause',
      fix: 'finding_post_after_close_other_fix',
      code: RECONNECT,
      link: `${API}Port`,
    },
  },
  'not-cloneable': {
    post: {
      message: 'finding_not_cloneable_post_message',
      cause: 'finding_not_cloneable_post_cause',
      fix: 'finding_not_cloneable_post_fix',
      code: `port.postMessage({ id: item.id, title: item.title });`,
      link: 'Chrome_incompatibilities#data_cloning_algorithm',
    },
  },
  'background-stopped': {
    'posted-on': {
      message: 'finding_background_stopped_posted_on_message',
      cause: 'finding_background_stopped_posted_on_cause',
      fix: 'finding_background_stopped_posted_on_fix',
      code: RECONNECT,
      link: 'Background_scripts',
    },
    left: {
      message: 'finding_background_stopped_left_message',
      cause: 'finding_background_stopped_left_cause',
      fix: 'finding_background_stopped_posted_on_fix',
      code: RECONNECT,
      link: 'Background_scripts',
    },
  },
  'reconnect-storm': {
    failing: {
      message: 'finding_reconnect_storm_failing_message',
      cause: 'finding_reconnect_storm_failing_cause',
      fix: 'finding_reconnect_storm_failing_fix',
      code: `let wait = 500;
port.onDisconnect.addListener(() => {
  setTimeout(connect, wait);
  wait = Math.min(60_000, wait * 2);
});`,
      link: `${API}Port`,
    },
    closing: {
      message: 'finding_reconnect_storm_closing_message',
      cause: 'finding_reconnect_storm_closing_cause',
      fix: 'finding_reconnect_storm_closing_fix',
      code: `let wait = 500;
port.onDisconnect.addListener(() => {
  setTimeout(connect, wait);
  wait = Math.min(60_000, wait * 2);
});`,
      link: `${API}Port`,
    },
  },
  'port-leak': {
    'never-closed': {
      message: 'finding_port_leak_never_closed_message',
      cause: 'finding_port_leak_never_closed_cause',
      fix: 'finding_port_leak_never_closed_fix',
      code: `const port = browser.runtime.connect({ name: '{name}' });
try {
  await talk(port);
} finally {
  port.disconnect();
}`,
      link: `${API}Port`,
    },
  },
  'reply-forgotten': {
    'returned-true': {
      message: 'finding_reply_forgotten_returned_true_message',
      cause: 'finding_reply_forgotten_returned_true_cause',
      fix: 'finding_reply_forgotten_returned_true_fix',
      code: REPLY_CODE,
      link: `${API}onMessage`,
    },
    promise: {
      message: 'finding_reply_forgotten_promise_message',
      cause: 'finding_reply_forgotten_promise_cause',
      fix: 'finding_reply_forgotten_promise_fix',
      code: REPLY_CODE,
      link: `${API}onMessage`,
    },
  },
  'reply-pending': {
    'returned-true': {
      message: 'finding_reply_pending_returned_true_message',
      cause: 'finding_reply_pending_returned_true_cause',
      fix: 'finding_reply_pending_returned_true_fix',
      code: REPLY_CODE,
      link: `${API}onMessage`,
    },
    promise: {
      message: 'finding_reply_pending_returned_true_message',
      cause: 'finding_reply_pending_promise_cause',
      fix: 'finding_reply_pending_promise_fix',
      code: `const late = new Promise((_, reject) => {
  setTimeout(() => reject(new Error('no answer')), 5_000);
});
return Promise.race([load(message.id), late]);`,
      link: `${API}onMessage`,
    },
  },
  'reply-too-late': {
    'no-true': {
      message: 'finding_reply_too_late_no_true_message',
      cause: 'finding_reply_too_late_no_true_cause',
      fix: 'finding_reply_too_late_no_true_fix',
      code: `browser.{event}.addListener((message, sender, sendResponse) => {
  load(message.id).then(sendResponse);
  return true; // sendResponse comes later
});`,
      link: `${API}onMessage`,
    },
    'async-listener': {
      message: 'finding_reply_too_late_async_listener_message',
      cause: 'finding_reply_too_late_async_listener_cause',
      fix: 'finding_reply_too_late_async_listener_fix',
      code: REPLY_CODE,
      link: `${API}onMessage`,
    },
  },
  'reply-race': {
    'undefined-won': {
      message: 'finding_reply_race_undefined_won_message',
      cause: 'finding_reply_race_undefined_won_cause',
      fix: 'finding_reply_race_undefined_won_fix',
      code: ONE_ANSWER,
      link: `${API}onMessage`,
    },
    several: {
      message: 'finding_reply_race_several_message',
      cause: 'finding_reply_race_several_cause',
      fix: 'finding_reply_race_several_fix',
      code: ONE_ANSWER,
      link: `${API}onMessage`,
    },
  },
  'reply-cut-off': {
    suspended: {
      message: 'finding_reply_cut_off_suspended_message',
      cause: 'finding_reply_cut_off_suspended_cause',
      fix: 'finding_reply_cut_off_suspended_fix',
      code: `const awake = setInterval(() => browser.runtime.getPlatformInfo(), 20_000);
try {
  return await longWork();
} finally {
  clearInterval(awake);
}`,
      link: 'Background_scripts',
    },
  },
  'slow-delivery': {
    outlier: {
      message: 'finding_slow_delivery_outlier_message',
      cause: 'finding_slow_delivery_outlier_cause',
      fix: 'finding_slow_delivery_outlier_fix',
      code: `for (const [index, item] of items.entries()) {
  work(item);
  if (index % 100 === 99) await new Promise((resolve) => setTimeout(resolve));
}`,
      link: `${API}Port`,
    },
  },
  'slow-reply': {
    outlier: {
      message: 'finding_slow_reply_outlier_message',
      cause: 'finding_slow_reply_outlier_cause',
      fix: 'finding_slow_reply_outlier_fix',
      code: `return cache.get(message.id) ?? { pending: true };`,
      link: `${API}onMessage`,
    },
  },
  'large-payload': {
    large: {
      message: 'finding_large_payload_large_message',
      cause: 'finding_large_payload_large_cause',
      fix: 'finding_large_payload_large_fix',
      code: `await browser.storage.session.set({ [key]: data });
port.postMessage({ type: 'stored', key });`,
      link: 'API/storage',
    },
  },
  'growing-payload': {
    growing: {
      message: 'finding_growing_payload_growing_message',
      cause: 'finding_growing_payload_growing_cause',
      fix: 'finding_growing_payload_growing_fix',
      code: `port.postMessage({ type: 'added', items: items.slice(sent) });
sent = items.length;`,
      link: `${API}Port`,
    },
  },
  'chrome-json': {
    json: {
      message: 'finding_chrome_json_json_message',
      cause: 'finding_chrome_json_json_cause',
      fix: 'finding_chrome_json_json_fix',
      code: `port.postMessage({ at: date.toISOString(), entries: [...map], bytes: [...bytes] });`,
      link: 'Chrome_incompatibilities#data_cloning_algorithm',
    },
  },
  'chrome-limit': {
    limit: {
      message: 'finding_chrome_limit_limit_message',
      cause: 'finding_chrome_limit_limit_cause',
      fix: 'finding_chrome_limit_limit_fix',
      code: `for (let at = 0; at < text.length; at += 1_000_000) {
  port.postMessage({ type: 'part', at, text: text.slice(at, at + 1_000_000) });
}`,
      link: 'Chrome_incompatibilities',
    },
  },
  'duplicate-messages': {
    same: {
      message: 'finding_duplicate_messages_same_message',
      cause: 'finding_duplicate_messages_same_cause',
      fix: 'finding_duplicate_messages_same_fix',
      code: `const text = JSON.stringify(state);
if (text !== last) {
  last = text;
  port.postMessage(state);
}`,
      link: `${API}Port`,
    },
  },
  'listeners-pile-up': {
    port: {
      message: 'finding_listeners_pile_up_port_message',
      cause: 'finding_listeners_pile_up_port_cause',
      fix: 'finding_listeners_pile_up_port_fix',
      code: `browser.runtime.onConnect.addListener((port) => {
  port.onMessage.addListener(onMessage); // once a port, not once a message
});`,
      link: `${API}Port`,
    },
    event: {
      message: 'finding_listeners_pile_up_event_message',
      cause: 'finding_listeners_pile_up_port_cause',
      fix: 'finding_listeners_pile_up_event_fix',
      code: `// At the top of the script, before anything that awaits:
browser.{event}.addListener(onMessage);`,
      link: `${API}onMessage`,
    },
  },
};

/** @returns the rule's name, for lists and menus */
export function titleOf(rule: RuleId): string {
  return text(TITLES[rule]);
}

/** Longest fact that other people's code decides, in characters. */
const LONGEST_FACT = 120;

/**
 * @param facts for the places in the texts
 * @returns what there is to say of a finding; nothing in it acts on a terminal
 */
export function describe(
  rule: RuleId,
  cause: string,
  facts: Facts,
): Pick<Finding, 'message' | 'cause' | 'fix' | 'code' | 'link'> {
  const found = TEXTS[rule][cause];
  if (found === undefined) throw new Error(`${rule} has no text for ${cause}`);
  const values = Object.fromEntries(
    Object.entries(facts).map(([name, fact]) => [name, clip(visible(String(fact)))]),
  );
  const said = (words: TextKey): string => {
    const sentence = text(words, values);
    return sentence.charAt(0).toUpperCase() + sentence.slice(1);
  };
  return {
    message: said(found.message),
    cause: said(found.cause),
    fix: said(found.fix),
    // A place without a fact stays as it is: braces are JavaScript, too.
    code: filled(found.code, values),
    link: MDN + found.link,
  };
}

function clip(fact: string): string {
  return fact.length <= LONGEST_FACT ? fact : `${fact.slice(0, LONGEST_FACT - 1)}…`;
}
