/** What a row's colour means, in words: colour alone tells nothing. It brings the palette. */

import { text } from '../../src/texts/index.js';
import css from '../styles/colours.css?inline';
import type { RowColour as Told } from '../row-protocol.js';

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);
document.adoptedStyleSheets.push(sheet);

export function RowColour({ by, label, named }: Told) {
  const title =
    by === 'rule'
      ? text('colour_rule_title', { rule: label })
      : text('colour_connection_title', { number: label });
  const said = text(by === 'rule' ? 'colour_rule_said' : 'colour_connection_said');
  return (
    <span class={`colour-label ${by}${named ? ' named' : ''}`} title={title}>
      <span class="hidden-text">{said} </span>
      {label}
    </span>
  );
}
