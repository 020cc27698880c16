/**
 * All that findings say, in one place. `{word}` is filled with a fact of the sighting; each fact a rule gives is named
 * in its own file. The code is an example to be read, not the inspected extension's.
 */

import { visible } from '../preview.js';
import type { Facts, Finding, RuleId } from './types.js';

interface Text {
  /** What was seen, in a sentence. */
  readonly message: string;
  readonly cause: string;
  readonly fix: string;
  readonly code: string;
  /** Path under {@link MDN}. */
  readonly link: string;
}

const MDN = 'https://developer.mozilla.org/en-US/docs/Mozilla/Add-ons/WebExtensions/';
const API = 'API/runtime/';

/** Names of the rules, for lists and menus. */
export const TITLES: Readonly<Record<RuleId, string>> = {
  'nobody-listens': 'Nobody listens',
  'unheard-messages': 'Messages to a port without a listener',
  'receiver-frozen': 'Messages to a page in the back/forward cache',
  'post-after-close': 'Post on a closed port',
  'not-cloneable': 'Message that cannot be cloned',
  'background-stopped': 'Port closed with the background',
  'reconnect-storm': 'Reconnect storm',
  'port-leak': 'Ports that are never closed',
  'reply-forgotten': 'Forgotten reply',
  'reply-pending': 'Reply that does not come',
  'reply-too-late': 'Reply that nobody waits for',
  'reply-race': 'Several listeners answered',
  'reply-cut-off': 'Background stopped before it replied',
  'slow-delivery': 'Slow delivery',
  'slow-reply': 'Slow reply',
  'large-payload': 'Very large payload',
  'growing-payload': 'Payload that grows',
  'chrome-json': 'Payload that Chrome’s JSON loses',
  'chrome-limit': 'Payload beyond Chrome’s limit',
  'duplicate-messages': 'The same message again and again',
  'listeners-pile-up': 'Listeners pile up',
};

const LISTEN_AT_ONCE = `// At the top of the script, before anything that awaits:
browser.{event}.addListener({listener});`;

const LISTENS = {
  message: 'Nobody heard {api}() for {name} from {from}.',
  link: `${API}onConnect`,
};

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
      ...LISTENS,
      cause:
        '{who} was running, but first heard something {delay} ms later: its listener is added too late, after something asynchronous.',
      fix: 'Add the listener on {event} synchronously when the script starts, and wait inside it for what is not ready yet.',
      code: LISTEN_AT_ONCE,
    },
    'wrong-event': {
      ...LISTENS,
      cause:
        'User scripts are heard on {event} only. The extension listens on {wrong}, where they never arrive.',
      fix: 'Listen on {event} as well.',
      code: 'browser.{event}.addListener({listener});',
      link: `${API}onUserScriptConnect`,
    },
    'scripts-need-tabs': {
      ...LISTENS,
      cause:
        '{api}() reaches the extension’s own pages, except the one that calls. Content scripts are not among them.',
      fix: 'Call tabs.{method}() with the tab’s id to reach content scripts.',
      code: `const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
await browser.tabs.sendMessage(tab.id, { type: 'show' });`,
      link: 'API/tabs/sendMessage',
    },
    'no-listener': {
      ...LISTENS,
      cause: '{who} was running, and had no listener on {event}.',
      fix: 'Add a listener on {event} there, at the top of the script.',
      code: LISTEN_AT_ONCE,
    },
    'background-asleep': {
      ...LISTENS,
      cause:
        'The background was not running, and Firefox did not wake it. It does that only for events on which the background added a listener before its first await.',
      fix: 'Add the listener on {event} at the top level of the background script, in every run.',
      code: LISTEN_AT_ONCE,
      link: 'Background_scripts',
    },
    'background-not-started': {
      ...LISTENS,
      cause: 'The background had not started yet: it began {delay} ms later.',
      fix: 'Try again after a moment, or let the background speak first, with tabs.{method}().',
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
      ...LISTENS,
      cause:
        'No page of the extension was running that listens. None has reported in this recording: is there a background at all, and is it instrumented?',
      fix: 'Declare a background in the manifest, and add a listener on {event} in it.',
      code: LISTEN_AT_ONCE,
      link: 'Background_scripts',
    },
    'other-extension': {
      ...LISTENS,
      cause:
        'The other extension, {other}, is not installed, is disabled, or does not listen on {event}.',
      fix: 'Be ready for it to be missing. In the other extension, listen on {event}.',
      code: `try {
  await browser.runtime.sendMessage('{other}', { type: 'hello' });
} catch {
  // It is not there: go on without it.
}`,
      link: `${API}onMessageExternal`,
    },
    frozen: {
      ...LISTENS,
      cause:
        '{who} was in the back/forward cache: listeners of a page that rests there are skipped.',
      fix: 'Send when the page comes back: it can ask for what it missed on pageshow.',
      code: `addEventListener('pageshow', (event) => {
  if (event.persisted) browser.runtime.sendMessage({ type: 'back' });
});`,
      link: 'API/tabs/sendMessage',
    },
    'tab-not-loaded': {
      ...LISTENS,
      cause: 'The content script in tab {tab} had not started yet: it did {delay} ms later.',
      fix: 'Let the content script speak first, or wait until the tab is complete.',
      code: `// content script, once it listens
browser.runtime.sendMessage({ type: 'ready' });`,
      link: 'API/tabs/sendMessage',
    },
    orphaned: {
      ...LISTENS,
      cause:
        'The only content script in tab {tab} is left over from before the extension was reloaded, updated or disabled. Such a script has lost its connection for good.',
      fix: 'Reload the tab, or inject the script anew when the extension starts.',
      code: `browser.runtime.onInstalled.addListener(async () => {
  for (const tab of await browser.tabs.query({ url: '*://*.example.org/*' })) {
    await browser.scripting.executeScript({ target: { tabId: tab.id }, files: ['content.js'] });
  }
});`,
      link: `${API}onInstalled`,
    },
    'no-script-in-tab': {
      ...LISTENS,
      cause:
        'No content script of the extension has reported from tab {tab}. Either none of the manifest’s patterns matches its address, or the page was open before the extension was installed.',
      fix: 'Check the tab’s address before, or be ready for the failure.',
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
      message:
        '{count} × a message{type} arrived at port “{name}” in {who} before it had a listener.',
      cause:
        'The port’s onMessage listener was added later. Firefox keeps no messages for it: what arrives before is lost.',
      fix: 'Add the onMessage listener in the same turn in which the port is opened or accepted.',
      code: `browser.runtime.onConnect.addListener((port) => {
  port.onMessage.addListener(onMessage); // before any await
});`,
      link: `${API}Port`,
    },
    'listener-gone': {
      message:
        '{count} × a message{type} arrived at port “{name}” in {who} while it had no listener.',
      cause:
        'It had an onMessage listener before, which was removed. Firefox keeps no messages for it: what arrives meanwhile is lost.',
      fix: 'Keep the listener for as long as the port is open.',
      code: `port.onMessage.addListener(onMessage);`,
      link: `${API}Port`,
    },
    'no-listener': {
      message: '{count} × a message{type} arrived at port “{name}” in {who}, where nobody listens.',
      cause: 'That end of the port has no onMessage listener.',
      fix: 'Add one where the port is opened or accepted; or do not post there.',
      code: `const port = browser.runtime.connect({ name: '{name}' });
port.onMessage.addListener((message) => { /* … */ });`,
      link: `${API}Port`,
    },
  },
  'receiver-frozen': {
    frozen: {
      message:
        '{count} × a message{type} on port “{name}” went to {who} while it was in the back/forward cache.',
      cause:
        'A page in the back/forward cache keeps its ports open, but is not told of what arrives; nothing is delivered later.',
      fix: 'Close the port on pagehide and open another one on pageshow, and say there what the page needs.',
      code: `addEventListener('pagehide', () => port.disconnect());
addEventListener('pageshow', (event) => {
  if (event.persisted) port = browser.runtime.connect({ name: '{name}' });
});`,
      link: `${API}Port`,
    },
  },
  'post-after-close': {
    self: {
      message: '{from} posted on port “{name}” after it had closed it.',
      cause: 'The same context had called disconnect(){place},{after}.',
      fix: 'Forget the port where it is closed.',
      code: `port.disconnect();
port = null;`,
      link: `${API}Port`,
    },
    other: {
      message: '{from} posted on port “{name}”, which was closed.',
      cause: '{by} had called disconnect(){place},{after}. postMessage() then throws.',
      fix: 'Listen on onDisconnect and forget the port there; connect again when there is something to say.',
      code: RECONNECT,
      link: `${API}Port`,
    },
    gone: {
      message: '{from} posted on port “{name}”, which was closed.',
      cause: '{by} had gone,{after}, and its ports with it. postMessage() then throws.',
      fix: 'Listen on onDisconnect and forget the port there.',
      code: `port.onDisconnect.addListener(() => ports.delete(port));`,
      link: `${API}Port`,
    },
    extension: {
      message: '{from} posted on port “{name}”, which was closed.',
      cause:
        'The extension was reloaded, updated or disabled,{after}. A content script from before cannot connect again.',
      fix: 'Stop working when the port closes; a new content script comes with the next load of the page.',
      code: `port.onDisconnect.addListener(stop);`,
      link: `${API}Port`,
    },
    unknown: {
      message: '{from} posted on port “{name}”, which was closed.',
      cause: 'The other end closed it,{after}. postMessage() then throws.',
      fix: 'Listen on onDisconnect and forget the port there; connect again when there is something to say.',
      code: RECONNECT,
      link: `${API}Port`,
    },
  },
  'not-cloneable': {
    post: {
      message: '{from} could not post on port “{name}”: {error}',
      cause:
        'Messages are copied by structured clone. Functions, DOM nodes, proxies and instances with methods cannot be.',
      fix: 'Send plain data: name the properties that the other end needs.',
      code: `port.postMessage({ id: item.id, title: item.title });`,
      link: 'Chrome_incompatibilities#data_cloning_algorithm',
    },
  },
  'background-stopped': {
    'posted-on': {
      message:
        'Port “{name}” closed when the background was stopped, and {from} went on using it: {posts} failed.',
      cause:
        'The background is an event page: Firefox stops it after about 30 idle seconds, and open ports do not keep it awake. Its ports close then.',
      fix: 'Listen on onDisconnect, and connect again when there is something to say: that wakes the background.',
      code: RECONNECT,
      link: 'Background_scripts',
    },
    left: {
      message:
        'Port “{name}” closed when the background was stopped, and {from} did not connect again.',
      cause:
        'The background is an event page: Firefox stops it after about 30 idle seconds, and open ports do not keep it awake. Messages were sent on the port shortly before; since then neither end can reach the other.',
      fix: 'Listen on onDisconnect, and connect again when there is something to say: that wakes the background.',
      code: RECONNECT,
      link: 'Background_scripts',
    },
  },
  'reconnect-storm': {
    failing: {
      message:
        '{from} tried {times} times in {seconds} s to open port “{name}”, and nobody listens.',
      cause: 'onDisconnect connects again at once. While nobody listens, that fails at once, too.',
      fix: 'Wait longer after each failure, and give up after some.',
      code: `let wait = 500;
port.onDisconnect.addListener(() => {
  setTimeout(connect, wait);
  wait = Math.min(60_000, wait * 2);
});`,
      link: `${API}Port`,
    },
    closing: {
      message:
        '{from} opened port “{name}” {times} times in {seconds} s, each time after it was closed.',
      cause:
        'onDisconnect connects again at once, and something at the other end closes the port at once.',
      fix: 'Find out why the other end closes (select one of the rows), and wait longer after each time.',
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
      message: '{from} holds {ports} open ports “{name}” that nobody uses.',
      cause: 'It connects again and again, and does not close the ports that it no longer needs.',
      fix: 'Keep one port and use it again; or call disconnect() when done.',
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
      message:
        'The reply to {name} from {from} was forgotten: {listener}{who} returned true, and sendResponse is gone.',
      cause:
        'Returning true says that sendResponse will be called later. On some path it is not, and Firefox gave up when it was garbage-collected.',
      fix: 'Answer on every path, errors too. A promise does that by itself.',
      code: REPLY_CODE,
      link: `${API}onMessage`,
    },
    promise: {
      message:
        'The reply to {name} from {from} was forgotten: the promise of {listener}{who} can never settle.',
      cause:
        'The listener returned a promise that nothing will resolve any more; Firefox gave up when it was garbage-collected.',
      fix: 'Resolve it on every path; an async function does that by itself.',
      code: REPLY_CODE,
      link: `${API}onMessage`,
    },
  },
  'reply-pending': {
    'returned-true': {
      message: '{from} has waited more than {seconds} s for the reply to {name}.',
      cause: '{listener}{who} returned true, so it will call sendResponse, and has not.',
      fix: 'Call sendResponse on every path, errors and early returns too.',
      code: REPLY_CODE,
      link: `${API}onMessage`,
    },
    promise: {
      message: '{from} has waited more than {seconds} s for the reply to {name}.',
      cause: '{listener}{who} returned a promise that has not settled.',
      fix: 'Look at what it awaits: something there never comes. Give it a time limit.',
      code: `const late = new Promise((_, reject) => {
  setTimeout(() => reject(new Error('no answer')), 5_000);
});
return Promise.race([load(message.id), late]);`,
      link: `${API}onMessage`,
    },
  },
  'reply-too-late': {
    'no-true': {
      message: 'The reply to {name} from {from} came too late: nobody waited for it any more.',
      cause:
        '{listener}{who} called sendResponse after it had returned. Without true as its return value, Firefox closes the channel then.',
      fix: 'Return true, or better a promise of the answer.',
      code: `browser.{event}.addListener((message, sender, sendResponse) => {
  load(message.id).then(sendResponse);
  return true; // sendResponse comes later
});`,
      link: `${API}onMessage`,
    },
    'async-listener': {
      message: 'The reply to {name} from {from} was lost: nobody waited for sendResponse.',
      cause:
        '{listener}{who} is an async function: its promise is the answer, and what it passes to sendResponse is not looked at.',
      fix: 'Return the answer from the async function.',
      code: REPLY_CODE,
      link: `${API}onMessage`,
    },
  },
  'reply-race': {
    'undefined-won': {
      message: 'The reply to {name} from {from} is undefined: the answer of {loser} came second.',
      cause:
        '{winner} answered first, with undefined. An async listener answers every message, also those that are not its own.',
      fix: 'Return a promise only for messages that the listener answers; for others return undefined, not a promise.',
      code: ONE_ANSWER,
      link: `${API}onMessage`,
    },
    several: {
      message:
        'Several listeners answered {name} from {from}: {winner} was first, {loser} was not heard.',
      cause: 'Firefox takes the first answer. Which one that is depends on who is faster.',
      fix: 'Let one listener answer each type of message; the others return undefined.',
      code: ONE_ANSWER,
      link: `${API}onMessage`,
    },
  },
  'reply-cut-off': {
    suspended: {
      message: 'The background was stopped before it had answered {name} from {from}.',
      cause:
        'Firefox stops an event page after about 30 idle seconds; work that calls no extension API counts as idle.',
      fix: 'Answer sooner and send the result later, or let the work call an extension API now and then.',
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
      message:
        '{slow} of {of} messages{type} on {name} took far longer than usual: up to {worst} ms.',
      cause:
        'Usual are {usual} ms. The receiver’s thread was busy then, or many or large messages were before it in line.',
      fix: 'Look at what happened around those rows; do long work in slices, or in a worker.',
      code: `for (const [index, item] of items.entries()) {
  work(item);
  if (index % 100 === 99) await new Promise((resolve) => setTimeout(resolve));
}`,
      link: `${API}Port`,
    },
  },
  'slow-reply': {
    outlier: {
      message:
        '{slow} of {of} replies to {name}(){type} took far longer than usual: up to {worst} ms.',
      cause: 'Usual are {usual} ms. The account of such a request tells who held the answer.',
      fix: 'Answer at once with what is there, and send the rest later; or give what is awaited a time limit.',
      code: `return cache.get(message.id) ?? { pending: true };`,
      link: `${API}onMessage`,
    },
  },
  'large-payload': {
    large: {
      message: 'A message{type} on {name} has {size}.',
      cause:
        'The whole payload is copied and held in both processes, on the threads that everything else waits for.',
      fix: 'Send a part at a time, or store the data and send its key.',
      code: `await browser.storage.session.set({ [key]: data });
port.postMessage({ type: 'stored', key });`,
      link: 'API/storage',
    },
  },
  'growing-payload': {
    growing: {
      message: 'Messages{type} on {name} grow: from {first} to {last} in {messages} messages.',
      cause: 'It looks as if everything so far is sent each time, and not what is new.',
      fix: 'Send what has changed; send everything once, when the port opens.',
      code: `port.postMessage({ type: 'added', items: items.slice(sent) });
sent = items.length;`,
      link: `${API}Port`,
    },
  },
  'chrome-json': {
    json: {
      message: 'Messages{type} on {name} hold what Chrome would not deliver as it is: {kinds}.',
      cause:
        'Firefox copies messages by structured clone. Chrome turns them into JSON: a Map arrives as {}, a Date as text, typed arrays as objects.',
      fix: 'If the extension is for Chrome, too, send what JSON can say, and make the rest of it again at the other end.',
      code: `port.postMessage({ at: date.toISOString(), entries: [...map], bytes: [...bytes] });`,
      link: 'Chrome_incompatibilities#data_cloning_algorithm',
    },
  },
  'chrome-limit': {
    limit: {
      message: 'A message{type} on {name} has {size} MiB; Chrome refuses more than 64 MiB.',
      cause: 'Chrome throws for such a message, where Firefox delivers it.',
      fix: 'Send a part at a time.',
      code: `for (let at = 0; at < text.length; at += 1_000_000) {
  port.postMessage({ type: 'part', at, text: text.slice(at, at + 1_000_000) });
}`,
      link: 'Chrome_incompatibilities',
    },
  },
  'duplicate-messages': {
    same: {
      message:
        '{duplicates} of {of} messages{type} on port “{name}” say what the one before said, {rate} a second.',
      cause: 'The sender posts on every event, not on every change.',
      fix: 'Remember what was sent last, and post when it differs.',
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
      message:
        'Port “{name}” in {who} has more and more onMessage listeners: first {first}, then {last}.',
      cause:
        'A listener is added again and again, each time as a new function, and none is removed: each message is worked on by all of them.',
      fix: 'Add the listener once, where the port is opened or accepted.',
      code: `browser.runtime.onConnect.addListener((port) => {
  port.onMessage.addListener(onMessage); // once a port, not once a message
});`,
      link: `${API}Port`,
    },
    event: {
      message: '{who} has more and more listeners on {event}: first {first}, then {last}.',
      cause:
        'A listener is added again and again, each time as a new function, and none is removed: each message is worked on by all of them.',
      fix: 'Add the listener once, at the top of the script.',
      code: LISTEN_AT_ONCE.replace('{listener}', 'onMessage'),
      link: `${API}onMessage`,
    },
  },
};

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
  const text = TEXTS[rule][cause];
  if (text === undefined) throw new Error(`${rule} has no text for ${cause}`);
  const said = (words: string): string => {
    const filled = fill(words, facts);
    return filled.charAt(0).toUpperCase() + filled.slice(1);
  };
  return {
    message: said(text.message),
    cause: said(text.cause),
    fix: said(text.fix),
    code: fill(text.code, facts),
    link: MDN + text.link,
  };
}

/** A place without a fact stays as it is: braces are JavaScript, too. */
function fill(text: string, facts: Facts): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => {
    const fact = facts[name];
    return fact === undefined ? place : clip(visible(String(fact)));
  });
}

function clip(text: string): string {
  return text.length <= LONGEST_FACT ? text : `${text.slice(0, LONGEST_FACT - 1)}…`;
}
