/**
 * The worker's work: keep the query's rows up to date with what is read, and answer the panel, ten summaries
 * a second at most, fewer while the panel is behind.
 */

import type { Exchanges } from '../../src/model/decoders/exchanges.js';
import { Model, tabScope } from '../../src/model/index.js';
import type { IndexFilter, Key, ValueCounter } from '../../src/model/query/index.js';
import type { PayloadRef, Row } from '../../src/model/types.js';
import type { StoredNotice, StoredRecording } from '../../src/protocol/index.js';
import { faultOf } from '../../src/store/reader.js';
import type { Colouring } from '../arithmetic/colouring.js';
import type {
  ExportWhat,
  FromSession,
  NoticeView,
  PayloadDetail,
  Query,
  RowView,
  ToSession,
} from '../worker-protocol.js';
import type { FindingsKeeper } from './findings-keeper.js';
import type { QueryLanguage } from './query-language.js';
import type { RowColours } from './row-colours.js';
import type { RowDetails } from './row-details.js';
import type { RowSorting } from './row-sorting.js';
import { Judging } from './judging.js';
import { Listings } from './listings.js';
import { RecordingReader } from './recording-reader.js';
import { allPayloads, payloadsOf } from './row-payloads.js';
import { viewRow } from './row-view.js';
import type { Views, ViewsPart } from './views/index.js';
import type { ViewAsk } from '../view-protocol.js';
import { SegmentTexts } from './segment-texts.js';
import type { Tree } from './tree.js';
import type { TreeNews } from './tree-news.js';
import { macrotask } from './macrotask.js';
import type { Reload } from './reloads.js';
import type { Source } from './source.js';
import { ShownRows } from './shown-rows.js';
import { SummaryPace } from './summary-pace.js';
import type { Stages } from './visible-rows.js';

/** Milliseconds of filtering before requests, the next query among them, are looked at. */
const SLICE_MS = 25;

/** Values that are sent for completion. */
const VALUES = 200;

/** Milliseconds between filterings anew when the query asks how long ago something was. */
const AGE_MS = 1000;

/** Parts that are loaded when they are first asked for. */
export interface Parts {
  readonly FindingsKeeper: typeof FindingsKeeper;
  readonly queryLanguage: QueryLanguage;
  readonly rowDetails: RowDetails;
  readonly rowSorting: RowSorting;
  readonly tree: Tree;
  readonly views: ViewsPart;
}

/** What a session shows, for who writes it out. */
export interface Shown {
  readonly model: Model;
  /** As stored; null when there is none. */
  readonly recording: StoredRecording | null;
  /** Each with its payloads' texts at hand while it is looked at. */
  readonly rows: AsyncIterable<Row>;
}

export class Session {
  readonly #post: (message: FromSession) => void;
  readonly #parts: Parts;
  readonly #texts: SegmentTexts;
  #model: Model;
  /** Null until the first rows have been told. */
  #tree: TreeNews | null = null;
  readonly #shown: ShownRows;
  /** Null until the script is there: the first rows do without what is said of calls and answers. */
  #details: RowDetails | null = null;
  #exchanges: Exchanges | null = null;
  #views: Views | null = null;
  #filter: IndexFilter | null = null;
  /** Rows from before are held back; see {@link freshReloads}. */
  #reloads: readonly Reload[] = [];
  /** What the filter asks for has changed while rows were looked at. */
  #filterAgain = false;
  readonly #judging: Judging;
  /** Null while nothing is coloured. */
  #colours: RowColours | null = null;
  /** The count that is wanted now. */
  #counter: ValueCounter | null = null;
  /** Counts {@link #refresh}. */
  #turn = 0;
  #ageTimer: ReturnType<typeof setInterval> | undefined;
  readonly #reader: RecordingReader;
  #query: Query = { tabId: null, text: '', selection: null };
  /** Whose rows are shown while those of the query are not looked for far enough. */
  #queryShown = this.#query;
  readonly #listings: Listings;
  readonly #pace = new SummaryPace();
  #summaryTimer: ReturnType<typeof setTimeout> | undefined;
  /** There is something to tell as soon as the panel has taken what it was told. */
  #isSummaryDue = false;
  /** How often rows have been asked for since the last were told. */
  #asked = 0;

  /** @param post takes what the panel is to know */
  constructor(
    source: Source,
    post: (message: FromSession) => void,
    parts: Parts,
    texts = new SegmentTexts(source),
  ) {
    this.#parts = parts;
    this.#post = post;
    this.#judging = new Judging(
      () => parts.FindingsKeeper,
      post,
      () => {
        this.#colours?.changed();
        this.#filterAgain = this.#filter?.finds === true;
        if (this.#filterAgain) this.#filterAnew();
        this.#scheduleSummary();
      },
    );
    this.#texts = texts;
    const newModel = (): Model => new Model(this.#texts);
    this.#model = newModel();
    this.#shown = new ShownRows(this.#model, () => parts.rowSorting);
    const viewer = {
      view: (row: Row, position: number) => this.#view(row, position),
      withExchange: (view: RowView, position: number) => this.#withExchange(view, position),
    };
    this.#listings = new Listings(this.#shown, texts, viewer, post);
    let first: Model | null = this.#model;
    const nextModel = (): Model => {
      const model = first ?? newModel();
      first = null;
      return model;
    };
    this.#reader = new RecordingReader(source, nextModel, {
      onCleared: () => this.#forget(),
      onTaken: () => this.#settle(),
      onReplaced: (model, segments) => {
        this.#texts.keepOnly(segments);
        this.#replace(model);
      },
      onNotices: (notices) => post({ type: 'notices', notices: notices.map(viewNotice) }),
      onLoaded: () => {
        this.#judging.begin(this.#model);
        if (this.#freshen()) this.#refresh(this.#model.rows.length);
        this.#postSummary();
        void macrotask().then(() => {
          this.#lookInto();
          this.#listings.tell();
        });
      },
      onWoken: () => post({ type: 'woken' }),
      onFault: (error) => post({ type: 'fault', fault: faultOf(error) }),
    });
  }

  /** Takes one message of the panel. */
  receive(message: ToSession): void {
    switch (message.type) {
      case 'start':
        this.#setQuery(message.query);
        this.#reader.pull();
        return;
      case 'query':
        this.#setQuery(message.query);
        this.#tree?.hurry();
        this.#refresh(this.#model.rows.length);
        return;
      case 'taken':
        this.#pace.taken();
        if (this.#isSummaryDue) this.#scheduleSummary();
        return;
      case 'changed':
        this.#reader.changed(message.what);
        return;
      case 'watch':
        this.#reader.watch(message.on);
        return;
      case 'sort':
        this.#shown.setSort(message.sort);
        this.#postSummary();
        return;
      case 'rows':
        this.#shown.look(message, message.byHand);
        // Where the table follows what comes, the next summary tells what came since.
        if (message.byHand || !this.#listings.hasTold(message)) void this.#tellRows();
        return;
      case 'locate': {
        const position = this.#shown.positionNear(message.at);
        this.#post({ type: 'located', position, at: this.#shown.rowAt(position)?.at ?? null });
        return;
      }
      case 'select':
        this.#shown.select(message.key);
        if (message.locate) this.#listings.tell();
        return;
      case 'detail':
        void this.#postDetail(message.key, message.withPayload);
        return;
      case 'compare':
        void this.#postCompared(message.key, message.base);
        return;
      case 'values':
        void this.#countValues(message.key);
        return;
      case 'view':
        this.#postView(message.ask);
        return;
      case 'colours':
        this.#setColouring(message.colouring);
        return;
      case 'silence':
      case 'findings':
        this.#judging.receive(message);
        return;
      case 'retry':
        this.#reader.retry();
        return;
      default:
        message satisfies never;
    }
  }

  /**
   * Lets `work` read what is shown while nothing of it changes.
   *
   * @param work takes the model, the recording, and the rows that are asked for, in order of time
   */
  whileStill<T>(what: ExportWhat, work: (shown: Shown) => Promise<T>): Promise<T> {
    return this.#reader.whileStill(async (recording) => {
      const model = this.#model;
      const selected = this.#shown.selected === null ? -1 : model.rowIndex(this.#shown.selected);
      const indexes = what === 'shown' ? this.#shown.indexes : selected < 0 ? [] : [selected];
      const rows = what === 'all' ? model.rows : rowsAt(model, indexes);
      return await work({ model, recording, rows: this.#withTexts(rows) });
    });
  }

  #setColouring(colouring: Colouring): void {
    this.#colours?.stop();
    this.#colours = new this.#parts.queryLanguage.RowColours(colouring, {
      model: () => this.#model,
      isFound: this.#judging.isFound,
      misses: () => this.#texts.misses,
      onAged: () => this.#listings.tell(),
    });
    this.#listings.tell();
  }

  #postView(ask: ViewAsk): void {
    this.#views ??= new this.#parts.views.Views();
    const visible = { model: this.#model, indexes: this.#shown.indexes };
    const origin = this.#reader.recording?.startedAt ?? 0;
    const answer = this.#views.answer(visible, ask, this.#turn, origin);
    this.#post({ type: 'view', answer });
  }

  async *#withTexts(rows: Iterable<Row>): AsyncGenerator<Row> {
    for (const row of rows) {
      this.#texts.takeMissing();
      for (const ref of allPayloads(row)) this.#texts.get(ref.segment);
      for (const segment of this.#texts.takeMissing()) await this.#texts.readOn(segment);
      yield row;
    }
  }

  #forget(): void {
    this.#model.clear();
    this.#exchanges = null;
    this.#shown.select(null);
    this.#judging.replace(this.#model);
    this.#colours?.changed();
    this.#setQuery({ ...this.#query, selection: null });
    // No filter from before is asked again: it reads columns that the model no longer has.
    this.#shown.replace(this.#model, this.#stages());
  }

  #replace(model: Model): void {
    this.#model = model;
    this.#exchanges = null;
    this.#judging.replace(model);
    this.#colours?.changed();
    this.#texts.takeMissing();
    this.#shown.replace(model, this.#stages());
    this.#tree?.hurry();
    this.#refresh(model.rows.length);
    this.#postSummary();
  }

  #settle(): void {
    const { rowsFrom } = this.#model.settle();
    this.#tree?.changed(rowsFrom);
    this.#judging.read(rowsFrom);
    if (rowsFrom < this.#model.rows.length) this.#colours?.changed();
    this.#freshen();
    this.#refresh(rowsFrom);
    this.#scheduleSummary();
  }

  /** @returns whether rows are held back by a reload that were not before, or no longer are */
  #freshen(): boolean {
    const before = JSON.stringify(this.#reloads);
    if (JSON.stringify(this.#findReloads()) === before) return false;
    this.#shown.setStages(this.#stages(), true);
    this.#tree?.hurry();
    return true;
  }

  #findReloads(): readonly Reload[] {
    const { fresh } = this.#query;
    // While a recording is read, its reloads are history.
    return fresh === undefined || !this.#reader.loaded
      ? []
      : this.#parts.tree.freshReloads(this.#model, fresh);
  }

  #setQuery(query: Query): void {
    if (this.#shown.isCurrent) this.#queryShown = this.#query;
    this.#query = query;
    this.#shown.setStages(this.#stages(), true);
    clearInterval(this.#ageTimer);
    this.#ageTimer = this.#filter?.ages ? setInterval(() => this.#filterAnew(), AGE_MS) : undefined;
  }

  #stages(): Stages {
    const { tabId, selection, text } = this.#query;
    const model = this.#model;
    this.#reloads = this.#findReloads();
    this.#filter =
      text.trim() === ''
        ? null
        : this.#parts.queryLanguage.compileIndexFilter(
            text,
            model,
            Date.now(),
            this.#judging.isFound,
            () => this.#texts.misses,
          );
    return {
      scope: tabId === null ? null : tabScope(tabId, model),
      selection: selection === null ? null : this.#parts.tree.selectionMembership(selection, model),
      filter: this.#filter?.rows ?? null,
      reloads: this.#heldBack(),
    };
  }

  #heldBack(): Stages['reloads'] {
    return this.#reloads.map((reload) => ({
      at: reload.at,
      of: this.#parts.tree.reloadedMembership(reload, this.#model),
    }));
  }

  #filterAnew(): void {
    if (!this.#shown.isCurrent || this.#shown.looked < this.#model.rows.length) return;
    this.#filterAgain = false;
    this.#shown.setStages(this.#stages(), false);
    this.#refresh(this.#model.rows.length);
  }

  /** Looks at rows for a slice of time, or until a text is not at hand, and comes back for the rest. */
  #refresh(rowsFrom: number): void {
    this.#texts.takeMissing();
    const isWaited = !this.#shown.isCurrent;
    const done = this.#shown.update(rowsFrom, performance.now() + SLICE_MS);
    // Of parts of a query that each lack one, the last one asked stopped at the earliest row.
    const missing = this.#texts.takeMissing().at(-1);
    this.#turn += 1;
    if (!done) void this.#comeBack(this.#turn, missing);
    else if (isWaited) this.#postSummary();
    else if (this.#filter?.ages) this.#scheduleSummary();
    if (done && this.#filterAgain) this.#filterAnew();
  }

  /** @param missing the segment whose text is waited for */
  async #comeBack(turn: number, missing: number | undefined): Promise<void> {
    try {
      await (missing === undefined ? macrotask() : this.#texts.readOn(missing));
    } catch (error) {
      this.#post({ type: 'fault', fault: faultOf(error) });
      return;
    }
    // Something has changed, and somebody else has gone on.
    if (turn !== this.#turn) return;
    this.#refresh(this.#model.rows.length);
    this.#scheduleSummary();
  }

  async #countValues(key: Key): Promise<void> {
    const counter = new this.#parts.queryLanguage.ValueCounter(
      key,
      this.#model,
      this.#judging.isFound,
    );
    this.#counter = counter;
    while (!counter.take(this.#model.rows, performance.now() + SLICE_MS)) {
      await macrotask();
      if (this.#counter !== counter) return;
    }
    this.#post({ type: 'values', key, values: counter.values().slice(0, VALUES) });
  }

  /** Tells the rows in view at once; of places that were asked for meanwhile, those of the last alone. */
  async #tellRows(): Promise<void> {
    this.#asked += 1;
    if (this.#asked > 1) return;
    this.#listings.tell();
    await macrotask();
    const again = this.#asked > 1;
    this.#asked = 0;
    if (again) await this.#tellRows();
  }

  #scheduleSummary(): void {
    if (this.#summaryTimer !== undefined) return;
    this.#isSummaryDue = this.#pace.untaken > 0;
    if (this.#isSummaryDue) return;
    const wait = this.#pace.wait(this.#reader.loaded);
    this.#summaryTimer = setTimeout(() => this.#postSummary(), wait);
  }

  #postSummary(): void {
    clearTimeout(this.#summaryTimer);
    this.#summaryTimer = undefined;
    this.#isSummaryDue = false;
    this.#pace.posted();
    const model = this.#model;
    const { totals } = model;
    const { messages, byScope, bySelection, byFilter, byReload } = this.#shown.counts;
    const listing = this.#listings.next();
    this.#post({
      type: 'summary',
      summary: {
        loaded: this.#reader.loaded,
        progress: this.#reader.progress,
        recording: this.#reader.recording,
        query: this.#shown.isCurrent ? this.#query : this.#queryShown,
        visible: this.#shown.count,
        visibleMessages: messages,
        rows: model.rows.length,
        searched: this.#shown.looked,
        hiddenByScope: byScope,
        hiddenBySelection: bySelection,
        hiddenByFilter: byFilter,
        hiddenByReload: byReload,
        messages: totals.messages + totals.requests,
        contexts: totals.contexts,
        connections: totals.connections,
        gaps: totals.gaps,
        lost: totals.lost,
        unreported: totals.unreported,
        muted: totals.muted,
        deleted: model.holes.deleted,
        damaged: model.holes.damaged,
        bytes: totals.bytes,
        findings: this.#judging.counts,
      },
      listing,
    });
    void macrotask().then(() => {
      this.#tree ??= new this.#parts.tree.TreeNews((tree) => this.#post({ type: 'tree', tree }));
      this.#tree.tell(this.#model, this.#query.tabId, this.#heldBack());
    });
  }

  #view(row: Row, position: number): RowView {
    return {
      ...viewRow(row, this.#model, this.#reader.recording?.startedAt ?? 0),
      previous: this.#shown.sincePrevious(position),
      finding: this.#judging.severityOf(row),
      colour: this.#colours?.colourOf(row, this.#shown.indexAt(position)),
    };
  }

  #withExchange(view: RowView, position: number): RowView {
    const details = this.#details;
    if (details === null) return view;
    const index = this.#shown.indexAt(position);
    return details.withExchange(view, index, this.#model, this.#pairs(details));
  }

  async #postDetail(key: string, withPayload: boolean): Promise<void> {
    const row = this.#rowOf(key);
    if (row === null) {
      this.#post({ type: 'detail', key, detail: null });
      return;
    }
    const [question, answer] = payloadsOf(row);
    const read = (ref: PayloadRef | null) => (withPayload && ref ? this.#readPayload(ref) : null);
    const [payload, reply] = await Promise.all([read(question), read(answer)]);
    const origin = this.#reader.recording?.startedAt ?? 0;
    const details = this.#lookInto();
    this.#texts.takeMissing();
    let detail = details.viewDetail(row, payload, reply, this.#model, origin);
    // Of what listeners answered it says the beginnings.
    for (const segment of this.#texts.takeMissing()) {
      await this.#texts.read(segment).catch(() => undefined);
      detail = details.viewDetail(this.#rowOf(key) ?? row, payload, reply, this.#model, origin);
    }
    const index = this.#model.rowIndex(key);
    const rpc = index < 0 ? null : details.viewRpc(index, this.#model, this.#pairs(details));
    const findings = this.#judging.about(this.#rowOf(key) ?? row);
    this.#post({ type: 'detail', key, detail: { ...detail, rpc, findings } });
  }

  async #postCompared(key: string, base: string): Promise<void> {
    const model = this.#model;
    const index =
      base === 'previous'
        ? this.#lookInto().previousOf(model.rowIndex(key), model)
        : model.rowIndex(base);
    const row = index < 0 ? undefined : model.rows.at(index);
    if (row === undefined) {
      this.#post({ type: 'compared', key, base, found: null });
      return;
    }
    const [ref] = payloadsOf(row);
    const payload = ref === null ? null : await this.#readPayload(ref);
    const view = viewRow(row, model, this.#reader.recording?.startedAt ?? 0);
    this.#post({ type: 'compared', key, base, found: { row: view, payload } });
  }

  #lookInto(): RowDetails {
    this.#details ??= this.#parts.rowDetails;
    return this.#details;
  }

  /** Made anew with each model: they remember messages by its numbers. */
  #pairs({ Exchanges: Pairs }: RowDetails): Exchanges {
    this.#exchanges ??= new Pairs();
    return this.#exchanges;
  }

  #rowOf(key: string): Row | null {
    const index = this.#model.rowIndex(key);
    return index < 0 ? null : (this.#model.rows.at(index) ?? null);
  }

  async #readPayload({ form, bytes, segment, offset, length }: PayloadRef): Promise<PayloadDetail> {
    const text = await this.#texts.read(segment).catch(() => undefined);
    return { form, bytes, text: text?.slice(offset, offset + length) ?? null };
  }
}

function* rowsAt({ rows }: Model, indexes: Iterable<number>): Generator<Row> {
  for (const index of indexes) yield rows.at(index) as Row;
}

function viewNotice({ id, at, severity, text, extensionId, count }: StoredNotice): NoticeView {
  return { id, at, severity, text, extension: extensionId, count: count ?? 1 };
}
