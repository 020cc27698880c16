/** The view in the table's place, with the looks that all of them share. */

import type { RecordingState } from '../../state/recording.js';
import css from '../../styles/views.css?inline';
import { lazy } from '../lazy.js';
import { FollowView } from './FollowView.js';
import { MapView } from './MapView.js';
import { SequenceView } from './SequenceView.js';

const StatisticsView = lazy(async () => (await import('./StatisticsView.js')).StatisticsView);

export interface ViewProps {
  readonly recording: RecordingState;
  /** Opens the details of the selected row. */
  readonly onOpen: () => void;
}

export function View(props: ViewProps) {
  const { value } = props.recording.views.current;
  return (
    <div class="view">
      <style>{css}</style>
      {value === 'sequence' && <SequenceView {...props} />}
      {value === 'follow' && <FollowView {...props} />}
      {value === 'statistics' && <StatisticsView {...props} />}
      {value === 'map' && <MapView {...props} />}
    </div>
  );
}
