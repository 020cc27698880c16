/** Entry of the panel page. */

import { render } from 'preact';
import { App } from './components/App.js';
import { browserPlatform } from './state/browser-platform.js';
import { followTheme } from './state/theme.js';

const platform = browserPlatform();
followTheme(platform.inToolbox);
const root = document.getElementById('app');
if (root !== null) render(<App platform={platform} />, root);
