/** The panel: where its parts stand, and the keys that work everywhere in it. */

import { signal, useComputed, useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { text } from '../../src/texts/index.js';
import { selectionNames } from '../arithmetic/outline.js';
import { PANEL_KEYS } from '../arithmetic/panel-keys.js';
import { createLayout } from '../state/layout.js';
import type { Platform } from '../state/platform.js';
import type { PlaygroundState } from '../state/playground.js';
import { createRecording } from '../state/recording.js';
import { CloseButton } from './CloseButton.js';
import { lazy } from './lazy.js';
import { MessageTable } from './MessageTable.js';
import { Sentence } from './Sentence.js';
import { Toolbar } from './Toolbar.js';

const Admission = lazy(async () => (await import('./Admission.js')).Admission);
const DetailPane = lazy(async () => (await import('./DetailPane.js')).DetailPane, 'soon');
const Sidebar = lazy(async () => (await import('./Sidebar.js')).Sidebar);
const Splitter = lazy(async () => (await import('./Splitter.js')).Splitter);
const EmptyState = lazy(async () => (await import('./SituationView.js')).EmptyState);
const SituationBar = lazy(async () => (await import('./SituationView.js')).SituationBar);
const FindingsList = lazy(async () => (await import('./FindingsList.js')).FindingsList);
const ColourRules = lazy(async () => (await import('./ColourRules.js')).ColourRules);
const NotRecorded = lazy(async () => (await import('./NotRecorded.js')).NotRecorded);
const MuteRules = lazy(async () => (await import('./MuteRules.js')).MuteRules);
const Notices = lazy(async () => (await import('./Notices.js')).Notices);
const PinnedList = lazy(async () => (await import('./PinnedList.js')).PinnedList);
const View = lazy(async () => (await import('./views/View.js')).View);
const TraceBar = lazy(async () => (await import('./TraceBar.js')).TraceBar);
const ReloadBar = lazy(async () => (await import('./ReloadBar.js')).ReloadBar);
const UndoBar = lazy(async () => (await import('./UndoBar.js')).UndoBar);
const KeySheet = lazy(async () => (await import('./KeySheet.js')).KeySheet);
const Playground = lazy(async () => (await import('./Playground.js')).Playground);

const SIDEBAR_MIN = 120;
const DETAIL_MIN = 90;

/** Milliseconds an announcement stays. */
const ANNOUNCEMENT_MS = 4000;

/** What the table is narrowed to, in words. */
const ONLY = {
  extension: 'app_only_extension',
  context: 'app_only_context',
  connection: 'app_only_connection',
  requests: 'app_only_requests',
} as const;

/** All state of one panel page. */
function createState(platform: Platform) {
  /** Null until it has been loaded, which nothing of the first view waits for. */
  const loaded = signal<PlaygroundState | null>(null);
  const recording = createRecording(platform, (answer) => loaded.peek()?.answer(answer));
  async function loadPlayground(): Promise<PlaygroundState> {
    const { createPlayground } = await import('../state/playground.js');
    loaded.value ??= createPlayground(platform, (command) => recording.send(command));
    return loaded.value;
  }
  return { recording, loaded, loadPlayground, layout: createLayout(platform) };
}

export function App({ platform }: { readonly platform: Platform }) {
  const { recording, loaded, loadPlayground, layout } = useMemo(
    () => createState(platform),
    [platform],
  );
  const playground = loaded.value;
  const root = useRef<HTMLDivElement>(null);
  const filter = useRef<HTMLInputElement>(null);
  const dismissed = useSignal<ReadonlySet<number>>(new Set());
  const noticesOpen = useSignal(false);
  const findingsOpen = useSignal(false);
  const keysOpen = useSignal(false);
  const notices = useComputed(() =>
    recording.notices.value.filter((notice) => !dismissed.value.has(notice.id)),
  );

  useEffect(() => {
    recording.start();
    void loadPlayground().then(({ open }) => {
      if (location.hash === '#playground') open.value = true;
    });
  }, [recording, loadPlayground]);

  useEffect(() => {
    const { current } = root;
    if (current === null) return undefined;
    const observer = new ResizeObserver(() => {
      layout.width.value = current.clientWidth;
      layout.height.value = current.clientHeight;
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, [layout]);

  const announced = recording.announcement.value;
  useEffect(() => {
    if (announced === '') return undefined;
    const timer = setTimeout(() => {
      recording.announcement.value = '';
    }, ANNOUNCEMENT_MS);
    return () => clearTimeout(timer);
  }, [announced, recording]);

  async function copy(value: string): Promise<void> {
    const done = await platform.copy(value);
    recording.announcement.value = text(done ? 'app_copied' : 'app_not_copied');
  }

  function focusTable(): void {
    root.current?.querySelector<HTMLElement>('.table, .view [tabindex]')?.focus();
  }

  const undoable =
    recording.background.value?.undoable === true && recording.traces.opened.value === null;

  function onKeyDown(event: KeyboardEvent): void {
    const field =
      event.target instanceof HTMLElement && event.target.matches('input, select, textarea');
    const plain = !field && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === PANEL_KEYS.sheet && plain) {
      event.preventDefault();
      keysOpen.value = true;
      return;
    }
    if (event.key === PANEL_KEYS.filter && plain) {
      event.preventDefault();
      filter.current?.focus();
      filter.current?.select();
      return;
    }
    if (event.key === PANEL_KEYS.goTo && plain && recording.table.peek().count > 0) {
      event.preventDefault();
      recording.goToOpen.value = true;
      return;
    }
    if (event.key === PANEL_KEYS.pin && plain) {
      recording.pin();
      return;
    }
    if (undoable && !field && event.key === PANEL_KEYS.undo && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      recording.send({ type: 'bring-back' });
      return;
    }
    if (event.key !== PANEL_KEYS.close) return;
    if (field && event.target === filter.current) focusTable();
    else if (noticesOpen.value) noticesOpen.value = false;
    else if (findingsOpen.value) {
      findingsOpen.value = false;
      focusTable();
    } else if (recording.mutesOpen.value || recording.coloursOpen.value) {
      recording.mutesOpen.value = recording.coloursOpen.value = false;
      focusTable();
    } else if (playground?.open.value) playground.open.value = false;
    else if (recording.detailOpen.value) {
      recording.closeDetail();
      focusTable();
    } else if (layout.sidebarOpen.value && !layout.sidebarFits.value) {
      layout.sidebarWish.value = false;
    } else return;
    // Firefox's toolbox would open its split console.
    event.preventDefault();
    event.stopPropagation();
  }

  /** Where the tree lies over the rest, it goes away when it has been used. */
  function uncover(): void {
    if (!layout.sidebarFits.value) layout.sidebarWish.value = null;
  }

  function openPlayground(): void {
    uncover();
    void loadPlayground().then(({ open }) => {
      open.value = true;
    });
  }

  const said = recording.situation.value;
  const pins = recording.pins.value;
  const waiting = recording.admission.value?.waiting ?? [];
  const tree = recording.tree.value;
  const selection = recording.selection.value;
  const selected = selection && selectionNames(tree, selection);
  const narrow = layout.narrow.value;
  const sidebarMax = Math.max(SIDEBAR_MIN, layout.width.value * 0.6);
  const sidebarSize = Math.min(layout.sidebarSize.value, sidebarMax);
  const beside = layout.sidebarOpen.value && layout.sidebarFits.value ? sidebarSize : 0;
  const room = narrow ? layout.height.value : layout.width.value - beside;
  const detailMax = Math.max(DETAIL_MIN, room * 0.75);
  const detailSize = Math.min(Math.max(DETAIL_MIN, layout.detailShare.value * room), detailMax);
  const hiddenByReload = recording.summary.value?.hiddenByReload ?? 0;
  const empty = said?.place === 'full' ? said.situation : null;
  const situationProps = {
    recording,
    onPlayground: openPlayground,
    onCopy: (value: string) => void copy(value),
    mayRunOnPages: playground?.granted.value.pages ?? false,
  };

  return (
    <div
      ref={root}
      class="app"
      onKeyDown={onKeyDown}
      onDragOver={(event) => {
        if (event.dataTransfer?.types.includes('Files') === true) event.preventDefault();
      }}
      onDrop={(event) => {
        const file = event.dataTransfer?.files[0];
        if (file === undefined) return;
        event.preventDefault();
        recording.traces.open(file);
      }}
    >
      <Toolbar
        recording={recording}
        layout={layout}
        filter={filter}
        playgroundOpen={playground?.open.value ?? false}
        onPlayground={() => {
          if (playground?.open.value) playground.open.value = false;
          else openPlayground();
        }}
        findings={findingsOpen}
        notices={notices.value.length}
        onNotices={() => {
          noticesOpen.value = !noticesOpen.value;
        }}
        onKeys={() => {
          keysOpen.value = true;
        }}
      />
      {keysOpen.value && (
        <KeySheet
          onClose={() => {
            keysOpen.value = false;
          }}
        />
      )}
      {noticesOpen.value && notices.value.length > 0 && (
        <Notices
          notices={notices.value}
          onDismiss={(id) => {
            dismissed.value = new Set([...dismissed.value, id]);
          }}
          onDismissAll={() => {
            dismissed.value = new Set(recording.notices.value.map((notice) => notice.id));
          }}
          onClose={() => {
            noticesOpen.value = false;
          }}
        />
      )}
      {findingsOpen.value && (
        <FindingsList
          recording={recording}
          onClose={() => {
            findingsOpen.value = false;
          }}
          onJump={(row) => {
            recording.jump(row);
            recording.openDetail();
            focusTable();
          }}
          onCopy={(value) => void copy(value)}
        />
      )}
      {recording.mutesOpen.value && (
        <MuteRules
          recording={recording}
          onClose={() => {
            recording.mutesOpen.value = false;
            focusTable();
          }}
        />
      )}
      {recording.coloursOpen.value && (
        <ColourRules
          recording={recording}
          onClose={() => {
            recording.coloursOpen.value = false;
            focusTable();
          }}
        />
      )}
      {waiting.length > 0 && recording.traces.opened.value === null && (
        <Admission recording={recording} platform={platform} waiting={waiting} />
      )}
      <div class="body">
        {layout.sidebarOpen.value && (
          <>
            <nav
              class={`sidebar${layout.sidebarFits.value ? '' : ' over'}`}
              aria-label={text('app_extensions')}
              style={{ width: `${sidebarSize}px` }}
            >
              <Sidebar recording={recording} onChosen={uncover} />
              {pins !== null && pins.list.value.length > 0 && (
                <PinnedList {...{ recording, pins }} />
              )}
              {recording.traces.opened.value === null && (
                <NotRecorded {...{ recording, platform }} />
              )}
            </nav>
            {layout.sidebarFits.value && (
              <Splitter
                label={text('app_tree_width')}
                orientation="vertical"
                value={sidebarSize}
                min={SIDEBAR_MIN}
                max={sidebarMax}
                onChange={(size) => {
                  layout.sidebarSize.value = size;
                }}
              />
            )}
          </>
        )}
        <main class={`middle${narrow ? ' stacked' : ''}`}>
          <div class="middle-main">
            {said?.place === 'bar' && (
              <SituationBar {...situationProps} situation={said.situation} />
            )}
            {empty === null && hiddenByReload > 0 && (
              <ReloadBar recording={recording} rows={hiddenByReload} />
            )}
            {undoable && <UndoBar recording={recording} />}
            {recording.traces.busy.value && <TraceBar traces={recording.traces} />}
            {selection !== null && (
              <div class="bar selection">
                <span>
                  {selected === null ? (
                    text('app_only_gone')
                  ) : (
                    <Sentence
                      id={ONLY[selection.kind]}
                      parts={{ name: <b>{selected.name}</b>, extension: selected.extension }}
                    />
                  )}
                </span>
                <CloseButton
                  label={text('app_clear_selection')}
                  title={text('app_show_all')}
                  onClick={() => {
                    recording.selection.value = null;
                  }}
                />
              </div>
            )}
            {empty !== null ? (
              <EmptyState {...situationProps} situation={empty} />
            ) : recording.views.current.value === 'table' ? (
              <MessageTable
                key={recording.shown.value}
                recording={recording}
                onOpen={() => recording.openDetail()}
              />
            ) : (
              <View
                key={recording.shown.value}
                recording={recording}
                onOpen={() => recording.openDetail()}
              />
            )}
          </div>
          {recording.detailOpen.value && (
            <>
              <Splitter
                label={text('app_details_size')}
                orientation={narrow ? 'horizontal' : 'vertical'}
                value={detailSize}
                min={DETAIL_MIN}
                max={detailMax}
                reversed
                onChange={(size) => {
                  layout.detailShare.value = size / room;
                }}
              />
              <div
                class="detail-place"
                style={narrow ? { height: `${detailSize}px` } : { width: `${detailSize}px` }}
              >
                <DetailPane recording={recording} onCopy={(value) => void copy(value)} />
              </div>
            </>
          )}
          {playground?.open.value === true && (
            <Playground
              playground={playground}
              onClose={() => {
                playground.open.value = false;
              }}
            />
          )}
        </main>
      </div>
      <div class={`announcement${announced === '' ? '' : ' shown'}`} role="status">
        {announced}
      </div>
    </div>
  );
}
