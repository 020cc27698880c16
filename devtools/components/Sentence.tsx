/** A text with elements in it, in the order that its language wants. */

import type { ComponentChildren } from 'preact';
import { pieces, type TextKey } from '../../src/texts/index.js';

interface SentenceProps {
  readonly id: TextKey;
  /** What stands for the names in braces. */
  readonly parts: Readonly<Record<string, ComponentChildren>>;
}

export function Sentence({ id, parts }: SentenceProps) {
  return <>{pieces(id).map((piece, i) => (i % 2 === 0 ? piece : parts[piece]))}</>;
}
