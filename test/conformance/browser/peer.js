/** An extension without Porthole: echoes, answers, and calls back whom it is asked to call. */
browser.runtime.onConnectExternal.addListener((port) => {
  port.onMessage.addListener((message) => {
    if (message === 'leave') port.disconnect();
    else port.postMessage(['echo', message]);
  });
});

async function callBack({ id, name }) {
  const heard = [];
  const port = browser.runtime.connect(id, { name });
  port.onMessage.addListener((message) => heard.push(message));
  const gone = new Promise((resolve) => port.onDisconnect.addListener(resolve));
  port.postMessage({ from: 'the peer' });
  port.postMessage('last');
  await gone;
  const reply = await browser.runtime.sendMessage(id, 'question').catch(String);
  return { heard, error: port.error?.message ?? null, reply };
}

browser.runtime.onMessageExternal.addListener((message) =>
  message.name === undefined ? Promise.resolve(['answer', message]) : callBack(message),
);
