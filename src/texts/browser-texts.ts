/** Firefox's own way to the texts, for pages and the background. Imported for its effect, before all others. */

import browser from 'webextension-polyfill';
import { useTexts } from './index.js';

useTexts((key) => browser.i18n.getMessage(key));
