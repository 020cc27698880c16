/** What the worker says for a view, while the view is shown. */

import { useEffect } from 'preact/hooks';
import type { ViewsState } from '../../state/views.js';
import type { ViewAnswer, ViewAsk } from '../../view-protocol.js';

/** @returns the latest answer of this view; null until there is one */
export function useAnswer<Name extends ViewAsk['view']>(
  views: ViewsState,
  ask: Extract<ViewAsk, { view: Name }>,
): Extract<ViewAnswer, { view: Name }> | null {
  const text = JSON.stringify(ask);
  useEffect(() => views.want(JSON.parse(text) as ViewAsk), [views, text]);
  const { value } = views.answer;
  return value?.view === ask.view ? (value as Extract<ViewAnswer, { view: Name }>) : null;
}
