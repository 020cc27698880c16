/** The recording as the panel knows it: what worker and background told, and what the person asked to see. */

import { text } from '../../src/texts/index.js';
import { batch, computed, effect, signal } from '@preact/signals';
import type {
  CountedMuteRule,
  MuteRule,
  FromPanel,
  InstalledExtension,
  PlaygroundResult,
  StorageFault,
  ToPanel,
} from '../../src/protocol/index.js';
import type { Key } from '../../src/model/query/index.js';
import {
  BY_TIME,
  type Compared,
  type Detail,
  type ExtensionNode,
  type FindingView,
  type FromWorker,
  type Listing,
  type NoticeView,
  type Query,
  type Selection,
  type Sort,
  type Summary,
  type ToWorker,
} from '../worker-protocol.js';
import { BackgroundLink, type LinkState } from './background-link.js';
import type { FileResult, Files, ReadFile } from './files.js';
import { HeldRows } from './held-rows.js';
import type { Colours } from './colours.js';
import type { Platform, WorkerLink } from './platform.js';
import type { Pins } from './pins.js';
import { createColumns } from './columns.js';
import { createPreferences } from './preferences.js';
import { createPreserve } from './preserve.js';
import { silencedFindings } from './silenced.js';
import { situationOf } from './situation.js';
import { createTraces } from './traces.js';
import { createViews } from './views.js';

type BackgroundState = Extract<ToPanel, { type: 'state' }>;
type StorageState = Extract<ToPanel, { type: 'storage' }>;
export type AdmissionState = Extract<ToPanel, { type: 'admission' }>;

/** Milliseconds after the last keystroke at which the filter is applied. */
const FILTER_MS = 80;

/** Milliseconds after which a store that another page blocks is tried again. */
const BLOCKED_MS = 2_000;

/** Signals to read and actions to call; one per panel page. */
export type RecordingState = ReturnType<typeof createRecording>;

/** @param onPlayground takes the background's answers to Playground requests */
export function createRecording(
  platform: Platform,
  onPlayground: (answer: PlaygroundResult) => void,
) {
  const link = signal<LinkState>({ kind: 'connecting' });
  const background = signal<BackgroundState | null>(null);
  /** Whether the person wants it to record, until the background says that it does; null: as it says. */
  const wanted = signal<boolean | null>(null);
  const admission = signal<AdmissionState | null>(null);
  /** Answer to `list-installed`; undefined: nobody has asked. */
  const installed = signal<readonly InstalledExtension[] | null | undefined>(undefined);
  /** Null until the background has told. */
  const mutes = signal<readonly CountedMuteRule[] | null>(null);
  const mutesOpen = signal(false);
  const redaction = signal<Extract<ToPanel, { type: 'redaction' }> | null>(null);
  const summary = signal<Summary | null>(null);
  const tree = signal<readonly ExtensionNode[]>([]);
  const notices = signal<readonly NoticeView[]>([]);
  /** Why the panel's worker cannot read the store. */
  const fault = signal<StorageFault | null>(null);
  /** Why the background's collector does not run. */
  const stopped = signal<StorageFault | null>(null);
  const storage = signal<StorageState | null>(null);
  /** The person knows that records are damaged. */
  const damageKnown = signal(false);
  let held = new HeldRows();
  const table = signal(held.state);
  const sort = signal(BY_TIME);
  /** Where the worker found what was looked for; the table goes there and takes it away. */
  const located = signal<number | null>(null);
  const goToOpen = signal(false);
  const detail = signal<Detail | null>(null);
  /** As last told, while the list is open. */
  const findings = signal<readonly FindingView[]>([]);
  const detailOpen = signal(false);
  const selectedKey = signal<string | null>(null);
  const selectedIndex = signal<number | null>(null);
  const filterText = signal('');
  /** Answer to the last {@link askForValues}. */
  const values = signal<Extract<FromWorker, { type: 'values' }> | null>(null);
  /** Answer to the last `compare`. */
  const compared = signal<Compared | null>(null);
  const thisTabOnly = signal(platform.tabId !== null);
  const selection = signal<Selection | null>(null);
  const preserve = createPreserve(platform);
  /** Short word to the person about what just happened. */
  const announcement = signal('');

  const views = createViews({
    send: (ask) => worker?.send({ type: 'view', ask }),
    load: platform.load,
    save: platform.save,
  });
  /** Counts up when something else is shown: the recording, a trace, another trace. */
  const shown = signal(0);
  const traces = createTraces({
    send: (message) => worker?.send(message),
    announce: (text) => {
      announcement.value = text;
    },
    onShown: () => {
      selection.value = null;
      select(null, null);
      summary.value = null;
      fault.value = null;
      notices.value = [];
      held = new HeldRows();
      table.value = held.state;
      shown.value += 1;
    },
    download: (file, name) => platform.download(file, name),
  });

  /** Null while nobody has told, and for a trace. */
  const on = computed(() =>
    traces.opened.value === null
      ? (wanted.value ?? background.value?.on ?? summary.value?.recording?.on ?? null)
      : null,
  );
  /** Null while nobody has told. */
  const callSites = computed(
    () => background.value?.callSites ?? summary.value?.recording?.callSites ?? null,
  );
  const query = computed<Query>(() => {
    const fresh = traces.opened.value === null ? preserve.fresh.value : undefined;
    return {
      tabId: thisTabOnly.value && traces.opened.value === null ? platform.tabId : null,
      text: filterText.value,
      selection: selection.value,
      ...(fresh && { fresh }),
    };
  });
  const situation = computed(() => {
    // How the recording fares says nothing of a trace.
    const isTrace = traces.opened.value !== null;
    return situationOf({
      fault: isTrace ? null : (stopped.value ?? fault.value),
      unstored: isTrace ? null : (storage.value?.fault ?? null),
      damageKnown: damageKnown.value,
      link: isTrace ? 'live' : link.value.kind,
      on: on.value,
      summary: summary.value,
      waiting: isTrace ? 0 : (admission.value?.waiting.length ?? 0),
      trace: traces.opened.value,
    });
  });

  /** Null until they are loaded, which is after the first view. */
  const pins = signal<Pins | null>(null);

  async function loadPins(): Promise<void> {
    const { createPins } = await import('./pins.js');
    const startedAt = computed(() => summary.value?.recording?.startedAt ?? null);
    pins.value = createPins(platform, startedAt);
  }

  /** Null until they are asked for, or were kept. */
  const colours = signal<Colours | null>(null);
  const coloursOpen = signal(false);

  async function loadColours(): Promise<Colours> {
    const { createColours } = await import('./colours.js');
    colours.value ??= createColours(platform, (colouring) =>
      worker?.send({ type: 'colours', colouring }),
    );
    return colours.value;
  }

  /** Key of the row that is to be shown, until the worker has told where it stands. */
  let sought: string | null = null;
  let worker: WorkerLink | null = null;
  let files: Files | null = null;
  let filterTimer: ReturnType<typeof setTimeout> | undefined;
  let blockedTimer: ReturnType<typeof setTimeout> | undefined;

  const backgroundLink = new BackgroundLink({
    connect: () => platform.connect(),
    onState: (state) => {
      const woke = state.kind === 'live' && link.value.kind !== 'live';
      link.value = state;
      worker?.send({ type: 'watch', on: state.kind !== 'live' });
      if (state.kind === 'asleep' || state.kind === 'unreachable') {
        files?.lost();
        wanted.value = null;
      }
      // What happened while no port was open was told to nobody.
      if (woke) worker?.send({ type: 'changed', what: 'segments' });
    },
    onMessage: fromBackground,
    onLost: (commands) => {
      announcement.value = text('background_lost');
      if (commands.some((command) => command.type.startsWith('playground'))) {
        onPlayground({ ok: false, message: text('background_silent') });
      }
    },
  });

  function fromBackground(message: ToPanel): void {
    switch (message.type) {
      case 'state':
        batch(() => {
          background.value = message;
          if (message.on === wanted.value) wanted.value = null;
        });
        if (stopped.value !== null) retryReading();
        stopped.value = null;
        return;
      case 'redaction':
        redaction.value = message;
        return;
      case 'mutes':
        mutes.value = message.rules;
        return;
      case 'admission':
        admission.value = message;
        return;
      case 'segment':
        worker?.send({ type: 'changed', what: 'segments' });
        return;
      case 'contexts':
        worker?.send({ type: 'changed', what: 'contexts' });
        return;
      case 'notice':
        worker?.send({ type: 'changed', what: 'notices' });
        return;
      case 'cleared':
        if (traces.opened.value !== null) return;
        batch(() => {
          selection.value = null;
          select(null, null);
        });
        worker?.send({ type: 'changed', what: 'cleared' });
        return;
      case 'playground':
        onPlayground(message);
        return;
      case 'installed':
        installed.value = message.extensions;
        return;
      case 'file':
      case 'no-file':
        files?.take(message);
        return;
      case 'storage':
        storage.value = message;
        return;
      case 'stopped':
        stopped.value = message;
        retryWhenFree(message);
        return;
      default:
        message satisfies never;
    }
  }

  function fromWorker(message: FromWorker): void {
    switch (message.type) {
      case 'summary':
        worker?.send({ type: 'taken' });
        batch(() => {
          fault.value = null;
          summary.value = message.summary;
          takeListing(message.listing);
        });
        if (detailOpen.value) askForDetail();
        views.changed();
        return;
      case 'view':
        views.take(message.answer);
        return;
      case 'rows':
        batch(() => takeListing(message.listing));
        return;
      case 'located':
        located.value = message.position;
        return;
      case 'tree':
        tree.value = message.tree;
        return;
      case 'detail':
        if (message.key !== selectedKey.value) return;
        detail.value = withKnownPayload(message.detail, detail.value);
        if (lacksReply(detail.value)) {
          worker?.send({ type: 'detail', key: message.key, withPayload: true });
        }
        return;
      case 'compared':
        compared.value = message;
        return;
      case 'notices':
        if (traces.opened.value === null) notices.value = message.notices;
        return;
      case 'findings':
        findings.value = message.findings;
        return;
      case 'values':
        values.value = message;
        return;
      case 'woken':
        backgroundLink.connect();
        return;
      case 'fault':
        fault.value = message.fault;
        retryWhenFree(message.fault);
        return;
      default:
        traces.take(message);
    }
  }

  /** @param index where the row that is sought stands; null: something hides it, or it has not been looked at yet */
  function uncover(index: number | null): void {
    const { text: filter, selection: chosen, tabId, fresh } = query.value;
    const told = summary.value;
    if (index === null && told !== null && told.searched < told.rows) return;
    sought = null;
    if (index !== null) return;
    if (filter === '' && chosen === null && tabId === null && fresh === undefined) return;
    showEverything();
    announcement.value = text('filter_cleared_for_row');
  }

  function showEverything(): void {
    batch(() => {
      thisTabOnly.value = false;
      selection.value = null;
      filterText.value = '';
      preserve.showBefore();
    });
  }

  function retryReading(): void {
    worker?.send({ type: 'retry' });
  }

  function retryStore(): void {
    retryReading();
    if (stopped.value !== null) backgroundLink.send({ type: 'retry' });
  }

  /** Nobody tells when another page lets go of the database. */
  function retryWhenFree({ kind }: StorageFault): void {
    if (kind !== 'blocked') return;
    clearTimeout(blockedTimer);
    blockedTimer = setTimeout(retryStore, BLOCKED_MS);
  }

  function takeListing(listing: Listing): void {
    table.value = held.take(listing);
    const { selected } = listing;
    const key = selectedKey.value;
    if (key !== null && selected?.key === key) selectedIndex.value = selected.index;
    if (sought !== null && selected?.key === sought) uncover(selected.index);
    const pending = selectedIndex.value;
    if (key !== null || pending === null) return;
    const row = table.value.rowAt(pending);
    if (row !== undefined) choose(row.key);
  }

  function askForDetail(): void {
    const key = selectedKey.value;
    if (key === null) return;
    const known = detail.value?.row.key === key && detail.value.payload !== null;
    worker?.send({ type: 'detail', key, withPayload: !known });
  }

  function choose(key: string | null): void {
    selectedKey.value = key;
    worker?.send({ type: 'select', key, locate: key !== null && selectedIndex.value === null });
    if (key === null) detail.value = null;
    else if (detailOpen.value) askForDetail();
  }

  /** Selects a visible row; its key may be unknown until its rows arrive. */
  function select(index: number | null, key: string | null): void {
    batch(() => {
      selectedIndex.value = index;
      choose(key ?? (index === null ? null : (held.state.rowAt(index)?.key ?? null)));
    });
  }

  function sendQuery(): void {
    clearTimeout(filterTimer);
    worker?.send({ type: 'query', query: query.value });
  }

  return {
    link,
    background,
    admission,
    installed,
    redaction,
    mutes,
    /** Whether the list of mute rules is shown. */
    mutesOpen,
    summary,
    tree,
    notices,
    fault,
    stopped,
    storage,
    damageKnown,
    table,
    sort,
    located,
    goToOpen,
    detail,
    detailOpen,
    findings,
    selectedKey,
    selectedIndex,
    filterText,
    values,
    compared,
    pins,
    colours,
    /** Whether the list of colour rules is shown. */
    coloursOpen,
    loadColours,
    thisTabOnly,
    selection,
    preserve,
    preferences: createPreferences(platform),
    columns: createColumns(platform),
    theme: platform.theme,
    announcement,
    on,
    callSites,
    situation,
    traces,
    views,
    shown,
    tabId: platform.tabId,

    /** Starts the worker and connects. */
    start(): void {
      worker = platform.startWorker(fromWorker, (message) => {
        fault.value = { kind: 'failed', message };
      });
      worker.send({ type: 'silence', silenced: silencedFindings(platform) });
      worker.send({ type: 'start', query: query.value });
      worker.send({ type: 'changed', what: 'notices' });
      backgroundLink.connect();
      void loadPins();
      if (platform.load('colours') !== null) void loadColours();
      let first = true;
      effect(() => {
        const { value } = query;
        if (first) {
          first = false;
          return;
        }
        clearTimeout(filterTimer);
        filterTimer = setTimeout(
          sendQuery,
          value.text === summary.peek()?.query.text ? 0 : FILTER_MS,
        );
      });
    },
    /** The table shows these rows now; see the worker's message `rows`. */
    wantRows(wanted: Omit<Extract<ToWorker, { type: 'rows' }>, 'type'>): void {
      if (wanted.to > wanted.from) worker?.send({ type: 'rows', ...wanted });
    },
    sortBy(wanted: Sort): void {
      sort.value = wanted;
      worker?.send({ type: 'sort', sort: wanted });
    },
    /** Answered in {@link located}. */
    locate(at: number): void {
      worker?.send({ type: 'locate', at });
    },
    /** @param base `previous`, or a row's key */
    compare(key: string, base: string): void {
      worker?.send({ type: 'compare', key, base });
    },
    /** Pins the selected row, or takes its pin away. */
    pin(): void {
      const row = [table.value.rowAt(selectedIndex.value ?? -1), detail.value?.row].find(
        (each) => each !== undefined && each.key === selectedKey.value,
      );
      if (row !== undefined && pins.value?.toggle(row) === true)
        announcement.value = text('pinned');
    },
    /** Colours the rows that a query finds, and shows the rule. */
    async colour(query: string): Promise<void> {
      const { add } = await loadColours();
      add(query);
      coloursOpen.value = true;
    },
    setMutes(rules: readonly MuteRule[]): void {
      const told = rules.map(({ id, query, on: isOn }) => ({ id, query, on: isOn }));
      backgroundLink.send({ type: 'mutes', rules: told });
    },
    /** Does not record what a query names from now on, and shows the rule. */
    mute(query: string): void {
      mutesOpen.value = true;
      const { value } = mutes;
      if (value === null) return;
      const same = value.find((rule) => rule.query === query);
      const id = same?.id ?? Math.max(0, ...value.map((rule) => rule.id)) + 1;
      this.setMutes([...value.filter((rule) => rule !== same), { id, query, on: true }]);
    },
    askForValues(key: Key): void {
      worker?.send({ type: 'values', key });
    },
    tellWorker(message: ToWorker): void {
      worker?.send(message);
    },
    load: platform.load,
    save: platform.save,
    select,
    /** Shows a row wherever it is: what hides it is taken away. */
    jump(key: string): void {
      sought = key;
      select(null, key);
    },
    openDetail(): void {
      detailOpen.value = true;
      askForDetail();
    },
    closeDetail(): void {
      detailOpen.value = false;
    },
    /** Pauses or resumes. It holds from now on, however late the background hears of it; so it is shown at once. */
    record(isOn: boolean): void {
      wanted.value = isOn;
      backgroundLink.send({ type: 'record', on: isOn, at: Date.now() });
    },
    send(command: FromPanel): void {
      backgroundLink.send(command);
    },
    /** Reads a file of an inspected extension, for a person who wants to see it: see {@link ReadFile}. */
    async readFile(...wanted: Parameters<ReadFile>): Promise<FileResult> {
      const { createFiles } = await import('./files.js');
      files ??= createFiles((command) => backgroundLink.send(command));
      return await files.read(...wanted);
    },
    reconnect(): void {
      backgroundLink.connect();
    },
    retryStore,
    /** Deletes everything recorded, readable or not. */
    startAgain(): void {
      backgroundLink.send({ type: 'start-again' });
    },
    showEverything,
  };
}

function withKnownPayload(detail: Detail | null, known: Detail | null): Detail | null {
  if (detail === null || known === null || detail.row.key !== known.row.key) return detail;
  const { request } = detail;
  const reply = request?.replyAt === known.request?.replyAt ? known.request?.reply : null;
  return {
    ...detail,
    payload: detail.payload ?? known.payload,
    request: request && { ...request, reply: request.reply ?? reply ?? null },
  };
}

/** A reply may come after the rest of the request was looked at. */
function lacksReply(detail: Detail | null): boolean {
  const request = detail?.request ?? null;
  return request !== null && request.replyAt !== null && request.reply === null;
}
