/** The background's side of each workload: counts, answers, or floods. */

browser.runtime.onConnect.addListener((port) => {
  let received = 0;
  port.onMessage.addListener((message) => {
    received += 1;
    switch (message.type) {
      case 'echo':
        port.postMessage(item(message.id, 'echoed'));
        break;
      case 'send':
        for (let id = 0; id < message.count; id += 1) port.postMessage(item(id));
        break;
      case 'end':
        port.postMessage({ type: 'ended', received });
        break;
    }
  });
});
