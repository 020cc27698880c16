/** Chooses between the table and the other views of the same rows. */

import { VIEWS, type ViewName, type ViewsState } from '../../state/views.js';

const TITLES: Record<ViewName, string> = {
  table: 'Table',
  sequence: 'Sequence',
  follow: 'Follow',
  statistics: 'Statistics',
  map: 'Map',
};

export function ViewSwitch({ views }: { readonly views: ViewsState }) {
  return (
    <select
      class="view-switch"
      aria-label="View"
      title="How the rows are shown"
      value={views.current.value}
      onChange={({ currentTarget }) => views.show(currentTarget.value as ViewName)}
    >
      {VIEWS.map((name) => (
        <option key={name} value={name}>
          {TITLES[name]}
        </option>
      ))}
    </select>
  );
}
