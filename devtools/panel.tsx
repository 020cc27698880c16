/** Entry of the panel page. */

import '../src/texts/browser-texts.js';
import { render } from 'preact';
import { App } from './components/App.js';
import { browserPlatform } from './state/browser-platform.js';

const root = document.getElementById('app');
if (root !== null) render(<App platform={browserPlatform()} />, root);
