/**
 * The worker's work: keep the query's rows up to date with what is read, and answer the panel, ten summaries
 * a second at most.
 */

import type { Exchanges } from '../../src/model/decoders/exchanges.js';
import { Model, rowKey, tabScope, type Filter } from '../../src/model/index.js';
import type { Key, ValueCounter } from '../../src/model/query/index.js';
import { lowerBound } from '../../src/model/facts.js';
import type { PayloadRef, Row } from '../../src/model/types.js';
import type { StoredNotice } from '../../src/protocol/index.js';
import { faultOf } from '../../src/store/reader.js';
import type { FromWorker, NoticeView, PayloadDetail, Query, ToWorker } from '../worker-protocol.js';
import type { QueryLanguage } from './query-language.js';
import { RecordingReader } from './recording-reader.js';
import { viewRow } from './row-view.js';
import type { RowDetails } from './row-details.js';
import { buildTree, type Listed } from './outline.js';
import { selectionMembership } from './membership.js';
import type { Source } from './source.js';
import { VisibleRows, type Stages } from './visible-rows.js';

/** Milliseconds between summaries. */
const SUMMARY_MS = 100;

/** Milliseconds of filtering before requests, the next query among them, are looked at. */
const SLICE_MS = 25;

/** Values that are sent for completion. */
const VALUES = 200;

/** Milliseconds between filterings anew when the query asks how long ago something was. */
const AGE_MS = 1000;

const EVERYTHING: Listed = {
  context: () => true,
  connection: () => true,
  request: () => true,
};

export class Session {
  readonly #source: Source;
  readonly #post: (message: FromWorker) => void;
  #model = new Model();
  readonly #loadDetails: () => RowDetails;
  /** Null until the script is there: the first rows do without what is said of calls and answers. */
  #details: RowDetails | null = null;
  #exchanges: Exchanges | null = null;
  #visible = new VisibleRows();
  /** Rows filtered anew as time goes by, to take the place of the others once all are looked at. */
  #next: VisibleRows | null = null;
  #filter: Filter | null = null;
  #countTimer: ReturnType<typeof setTimeout> | undefined;
  #sliceTimer: ReturnType<typeof setTimeout> | undefined;
  #ageTimer: ReturnType<typeof setInterval> | undefined;
  readonly #reader: RecordingReader;
  #query: Query = { tabId: null, text: '', selection: null };
  #revision = 0;
  #gone = 0;
  /** Position of the row in the middle of what was asked for last. */
  #middle = 0;
  #selected: string | null = null;
  #summaryTimer: ReturnType<typeof setTimeout> | undefined;
  #lastSummary = 0;

  readonly #language: () => QueryLanguage;

  /**
   * @param post takes what the panel is to know
   * @param language loads the query language when it is first needed
   * @param details loads what looks into rows, once the first ones are shown
   */
  constructor(
    source: Source,
    post: (message: FromWorker) => void,
    language: () => QueryLanguage,
    details: () => RowDetails,
  ) {
    this.#language = language;
    this.#loadDetails = details;
    this.#source = source;
    this.#post = post;
    this.#reader = new RecordingReader(source, this.#model, {
      onCleared: () => this.#forget(),
      onTaken: () => this.#settle(),
      onReplaced: (model) => this.#replace(model),
      onNotices: (notices) => post({ type: 'notices', notices: notices.map(viewNotice) }),
      onLoaded: () => {
        this.#revision += 1;
        this.#postSummary();
        setTimeout(() => {
          this.#lookInto();
          this.#revision += 1;
          this.#scheduleSummary();
        }, 0);
      },
      onWoken: () => post({ type: 'woken' }),
      onFault: (error) => post({ type: 'fault', fault: faultOf(error) }),
    });
  }

  /** Takes one message of the panel. */
  receive(message: ToWorker): void {
    switch (message.type) {
      case 'start':
        this.#setQuery(message.query);
        this.#reader.pull();
        return;
      case 'query':
        this.#setQuery(message.query);
        this.#refresh(0);
        this.#postSummary();
        return;
      case 'changed':
        this.#reader.changed(message.what);
        return;
      case 'watch':
        this.#reader.watch(message.on);
        return;
      case 'rows':
        this.#postRows(message.from, message.to);
        return;
      case 'select':
        this.#selected = message.key;
        if (message.locate) this.#scheduleSummary();
        return;
      case 'detail':
        void this.#postDetail(message.key, message.withPayload);
        return;
      case 'compare':
        void this.#postCompared(message.key, message.base);
        return;
      case 'values':
        clearTimeout(this.#countTimer);
        this.#countValues(
          message.key,
          new (this.#language().ValueCounter)(message.key, this.#model),
        );
        return;
      case 'retry':
        this.#reader.retry();
        return;
      default:
        message satisfies never;
    }
  }

  #forget(): void {
    this.#model.clear();
    this.#exchanges = null;
    this.#setQuery({ ...this.#query, selection: null });
    this.#selected = null;
  }

  /** What is looked at stays where it is: the query, the selected row, the rows in view. */
  #replace(model: Model): void {
    const before = this.#visible.indexes;
    const position = Math.min(this.#middle, before.length - 1);
    const index = before[position];
    const row = index === undefined ? undefined : this.#model.rows.at(index);
    this.#model = model;
    this.#exchanges = null;
    this.#setQuery(this.#query);
    // In one go: a table that fills again row by row would blink.
    this.#visible.update(model.rows, model.connections, 0, Infinity);
    if (row !== undefined) this.#gone += position - this.#positionLike(row);
    this.#refresh(model.rows.length);
    this.#postSummary();
  }

  #settle(): void {
    const { rowsFrom } = this.#model.settle();
    this.#refresh(rowsFrom);
    this.#scheduleSummary();
  }

  #setQuery(query: Query): void {
    this.#query = query;
    this.#next = null;
    this.#visible.setStages(this.#stages());
    clearInterval(this.#ageTimer);
    this.#ageTimer = this.#filter?.ages ? setInterval(() => this.#filterAnew(), AGE_MS) : undefined;
  }

  #stages(): Stages {
    const { tabId, selection, text } = this.#query;
    const model = this.#model;
    this.#filter =
      text.trim() === '' ? null : this.#language().compileFilter(text, model, Date.now());
    return {
      scope: tabId === null ? null : tabScope(tabId, model),
      selection: selection === null ? null : selectionMembership(selection, model),
      filter: this.#filter?.passes ?? null,
    };
  }

  #filterAnew(): void {
    if (this.#next !== null || this.#visible.looked < this.#model.rows.length) return;
    this.#next = new VisibleRows();
    this.#next.setStages(this.#stages());
    this.#refresh(this.#model.rows.length);
  }

  /** Looks at rows for a slice of time, and comes back for the rest. */
  #refresh(rowsFrom: number): void {
    const { rows, connections } = this.#model;
    const until = performance.now() + SLICE_MS;
    let done = this.#visible.update(rows, connections, rowsFrom, until);
    if (this.#next !== null) {
      const ready = this.#next.update(rows, connections, rowsFrom, until);
      if (ready) {
        this.#visible = this.#next;
        this.#next = null;
      }
      done = ready;
    }
    this.#revision += 1;
    clearTimeout(this.#sliceTimer);
    this.#sliceTimer = done
      ? undefined
      : setTimeout(() => {
          this.#refresh(this.#model.rows.length);
          this.#scheduleSummary();
        }, 0);
    if (done && this.#filter?.ages) this.#scheduleSummary();
  }

  #countValues(key: Key, counter: ValueCounter): void {
    if (counter.take(this.#model.rows, performance.now() + SLICE_MS)) {
      this.#post({ type: 'values', key, values: counter.values().slice(0, VALUES) });
      return;
    }
    this.#countTimer = setTimeout(() => this.#countValues(key, counter), 0);
  }

  #scheduleSummary(): void {
    if (this.#summaryTimer !== undefined) return;
    const wait = Math.max(0, this.#lastSummary + SUMMARY_MS - performance.now());
    this.#summaryTimer = setTimeout(() => this.#postSummary(), wait);
  }

  #postSummary(): void {
    clearTimeout(this.#summaryTimer);
    this.#summaryTimer = undefined;
    this.#lastSummary = performance.now();
    const model = this.#model;
    const { totals } = model;
    const { messages, byScope, bySelection, byFilter } = this.#visible.counts;
    const { tabId } = this.#query;
    const scope = tabId === null ? null : tabScope(tabId, model);
    const listed: Listed =
      scope === null
        ? EVERYTHING
        : {
            context: ({ key }) => scope.reaches(key),
            connection: scope.connection,
            request: scope.request,
          };
    this.#post({
      type: 'summary',
      summary: {
        revision: this.#revision,
        loaded: this.#reader.loaded,
        recording: this.#reader.recording,
        query: this.#query,
        visible: this.#visible.indexes.length,
        gone: this.#gone,
        visibleMessages: messages,
        rows: model.rows.length,
        searched: this.#visible.looked,
        hiddenByScope: byScope,
        hiddenBySelection: bySelection,
        hiddenByFilter: byFilter,
        messages: totals.messages + totals.requests,
        contexts: totals.contexts,
        connections: totals.connections,
        gaps: totals.gaps,
        lost: totals.lost,
        unreported: totals.unreported,
        deleted: model.holes.deleted,
        damaged: model.holes.damaged,
        bytes: totals.bytes,
        selected:
          this.#selected === null
            ? null
            : {
                key: this.#selected,
                index: this.#positionOf(this.#model.rowIndex(this.#selected)),
              },
        tree: buildTree(model, listed),
      },
    });
  }

  #postRows(from: number, to: number): void {
    const { indexes } = this.#visible;
    this.#middle = (from + to) >>> 1;
    const origin = this.#reader.recording?.startedAt ?? 0;
    const model = this.#model;
    const rows = indexes.slice(from, to).map((index) => {
      const view = viewRow(model.rows.at(index) as Row, model, origin);
      if (this.#details === null) return view;
      return this.#details.withExchange(view, index, model, this.#pairs(this.#details));
    });
    this.#post({ type: 'rows', revision: this.#revision, from, rows });
  }

  async #postDetail(key: string, withPayload: boolean): Promise<void> {
    const index = this.#model.rowIndex(key);
    const row = index < 0 ? undefined : this.#model.rows.at(index);
    if (row === undefined) {
      this.#post({ type: 'detail', key, detail: null });
      return;
    }
    const [question, answer] = payloadsOf(row);
    const read = (ref: PayloadRef | null) => (withPayload && ref ? this.#readPayload(ref) : null);
    const [payload, reply] = await Promise.all([read(question), read(answer)]);
    const origin = this.#reader.recording?.startedAt ?? 0;
    const details = this.#lookInto();
    const detail = details.viewDetail(row, payload, reply, this.#model, origin);
    const rpc = details.viewRpc(this.#model.rowIndex(key), this.#model, this.#pairs(details));
    this.#post({ type: 'detail', key, detail: { ...detail, rpc } });
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
    const view = viewRow(row, model, this.#reader.recording?.startedAt ?? 0);
    const [ref] = payloadsOf(row);
    const payload = ref === null ? null : await this.#readPayload(ref);
    this.#post({ type: 'compared', key, base, found: { row: view, payload } });
  }

  #lookInto(): RowDetails {
    this.#details ??= this.#loadDetails();
    return this.#details;
  }

  /** Made anew with each model: they remember messages by its numbers. */
  #pairs({ Exchanges: Pairs }: RowDetails): Exchanges {
    this.#exchanges ??= new Pairs();
    return this.#exchanges;
  }

  async #readPayload(payload: PayloadRef): Promise<PayloadDetail> {
    const { form, bytes, segment, offset, length } = payload;
    const held = this.#model.payloadText(payload);
    if (held !== undefined) return { form, bytes, text: held };
    const stored = await this.#source.readSegment(segment).catch(() => undefined);
    return { form, bytes, text: stored?.payload.slice(offset, offset + length) ?? null };
  }

  /** @returns position of the row as the model has it now, or of what comes in its place */
  #positionLike(row: Row): number {
    const { rows } = this.#model;
    const index = this.#model.rowIndex(rowKey(row));
    return lowerBound(this.#visible.indexes, index < 0 ? rows.indexAt(row.at) : index, same);
  }

  /** @returns position of the row with this index in the model; null when it is not visible */
  #positionOf(index: number): number | null {
    const { indexes } = this.#visible;
    const position = lowerBound(indexes, index, same);
    return indexes[position] === index ? position : null;
  }
}

const same = (index: number): number => index;

/** @returns the row's payload and, of a request, the reply's */
function payloadsOf(row: Row): [payload: PayloadRef | null, reply: PayloadRef | null] {
  switch (row.kind) {
    case 'message':
      return [row.message.payload, null];
    case 'request':
      return [row.request.payload, row.request.reply?.payload ?? null];
    default:
      return [null, null];
  }
}

function viewNotice({ id, at, severity, text, extensionId, count }: StoredNotice): NoticeView {
  return { id, at, severity, text, extension: extensionId, count: count ?? 1 };
}
