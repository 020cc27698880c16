/**
 * The user script of MDN's page on `runtime.onUserScriptConnect`: the same as the content script, from a
 * `USER_SCRIPT` world.
 */
{
  /** The background may be stopped between two clicks, which closes the port; then the next click opens another. */
  let port = null;

  const connect = () => {
    port = browser.runtime.connect({ name: 'port-from-us' });
    port.onMessage.addListener((message) => {
      console.log('In the user script, from the background:', message.text);
    });
    port.onDisconnect.addListener(() => {
      port = null;
    });
  };

  connect();
  port.postMessage({ type: 'greeting', text: 'Good day, this is the user script.' });

  document.body.addEventListener('click', () => {
    if (port === null) connect();
    port.postMessage({ type: 'page-click', text: 'Somebody clicked the page.' });
  });
}
