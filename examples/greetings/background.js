/**
 * The background side of both: greets every port back, logs what it hears, and greets all open ports when
 * the toolbar button is clicked.
 */
const ports = new Set();

function accept(port) {
  ports.add(port);
  port.onDisconnect.addListener(() => ports.delete(port));
  port.onMessage.addListener((message) => {
    console.log(`In the background, from ${port.name}:`, message.text);
  });
  port.postMessage({ type: 'greeting', text: `Welcome, ${port.name}.` });
}

browser.runtime.onConnect.addListener(accept);

browser.action.onClicked.addListener(() => {
  for (const port of ports)
    port.postMessage({ type: 'toolbar-click', text: 'Somebody pressed the toolbar button.' });
});

/** `userScripts` and `runtime.onUserScriptConnect` are there once the optional permission is granted. */
function withUserScripts() {
  if (!browser.runtime.onUserScriptConnect.hasListener(accept)) {
    browser.runtime.onUserScriptConnect.addListener(accept);
  }
  registerUserScript().catch((error) => console.error('Registering the user script:', error));
}

async function registerUserScript() {
  const script = {
    id: 'greetings',
    matches: ['http://127.0.0.1/*', 'http://localhost/*'],
    js: [{ file: 'user-script.js' }],
  };
  await browser.userScripts.configureWorld({ messaging: true });
  const registered = await browser.userScripts.getScripts({ ids: [script.id] });
  if (registered.length === 0) await browser.userScripts.register([script]);
}

if (browser.userScripts) withUserScripts();

browser.permissions.onAdded.addListener(({ permissions }) => {
  if (permissions.includes('userScripts')) withUserScripts();
});
