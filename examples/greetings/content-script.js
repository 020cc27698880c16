/**
 * The content script of MDN's page on `runtime.onConnect`: connects, greets, logs what comes back, and
 * posts when the page is clicked.
 */
{
  /** The background may be stopped between two clicks, which closes the port; then the next click opens another. */
  let port = null;

  const connect = () => {
    port = browser.runtime.connect({ name: 'port-from-cs' });
    port.onMessage.addListener((message) => {
      console.log('In the content script, from the background:', message.text);
    });
    port.onDisconnect.addListener(() => {
      port = null;
    });
  };

  connect();
  port.postMessage({ type: 'greeting', text: 'Good day, this is the content script.' });

  document.body.addEventListener('click', () => {
    if (port === null) connect();
    port.postMessage({ type: 'page-click', text: 'Somebody clicked the page.' });
  });
}
