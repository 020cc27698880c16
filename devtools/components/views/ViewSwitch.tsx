/** Chooses between the table and the other views of the same rows. */

import { text, type TextKey } from '../../../src/texts/index.js';
import { VIEWS, type ViewName, type ViewsState } from '../../state/views.js';

const TITLES = {
  table: 'view_table',
  sequence: 'view_sequence',
  follow: 'view_follow',
  statistics: 'view_statistics',
  map: 'view_map',
} as const satisfies Record<ViewName, TextKey>;

export function ViewSwitch({ views }: { readonly views: ViewsState }) {
  return (
    <select
      class="view-switch"
      aria-label={text('view')}
      title={text('view_title')}
      value={views.current.value}
      onChange={({ currentTarget }) => views.show(currentTarget.value as ViewName)}
    >
      {VIEWS.map((name) => (
        <option key={name} value={name}>
          {text(TITLES[name])}
        </option>
      ))}
    </select>
  );
}
