/** The devtools page: one per toolbox, adds the panel to it. */

import browser from 'webextension-polyfill';

// From the root: Firefox takes these paths relative to the extension, other browsers to this page.
void browser.devtools.panels.create('Porthole', '/porthole.svg', '/devtools/panel.html');
