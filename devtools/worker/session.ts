/**
 * The worker's work: fold what the store holds into the model in slices, keep the query's rows up to date,
 * and answer the panel. Requests are answered between slices, so the table moves while a long recording loads.
 */

import { compileTextFilter, Model, tabScope } from '../../src/model/index.js';
import type { Row } from '../../src/model/types.js';
import type { StoredNotice, StoredRecording } from '../../src/protocol/index.js';
import type { FromWorker, PayloadDetail, Query, ToWorker } from '../worker-protocol.js';
import { viewDetail } from './detail-view.js';
import { rowKey, viewRow } from './row-view.js';
import { buildTree, type Listed } from './outline.js';
import { selectionMembership } from './membership.js';
import type { Source } from './source.js';
import { VisibleRows } from './visible-rows.js';

/** Milliseconds between summaries. */
export const SUMMARY_MS = 100;

/** Milliseconds of folding before requests are looked at. */
const SLICE_MS = 25;

/** Segments read at once. */
const READ_SEGMENTS = 16;

/** Milliseconds between looks into the store while nobody tells. */
export const WATCH_MS = 1000;

const EVERYTHING: Listed = { context: () => true, connection: () => true };

export class Session {
  readonly #source: Source;
  readonly #post: (message: FromWorker) => void;
  readonly #model = new Model();
  readonly #visible = new VisibleRows();
  #query: Query = { tabId: null, text: '', selection: null };
  #recording: StoredRecording | null = null;
  #notices: readonly StoredNotice[] | null = null;
  #nextSegment = 0;
  #revision = 0;
  #loaded = false;
  #selected: { readonly key: string; readonly row: Row | null } | null = null;
  #stale = { contexts: true, segments: true, notices: true, cleared: false };
  #pulling = false;
  #summaryTimer: ReturnType<typeof setTimeout> | undefined;
  #watchTimer: ReturnType<typeof setInterval> | undefined;
  #lastSummary = 0;

  /** @param post takes what the panel is to know */
  constructor(source: Source, post: (message: FromWorker) => void) {
    this.#source = source;
    this.#post = post;
  }

  /** Takes one message of the panel. */
  receive(message: ToWorker): void {
    switch (message.type) {
      case 'start':
        this.#setQuery(message.query);
        void this.#pull();
        return;
      case 'query':
        this.#setQuery(message.query);
        this.#refresh(0);
        this.#postSummary();
        return;
      case 'changed':
        this.#stale[message.what] = true;
        void this.#pull();
        return;
      case 'watch':
        this.#watch(message.on);
        return;
      case 'rows':
        this.#postRows(message.from, message.to);
        return;
      case 'select':
        this.#selected = message.key === null ? null : { key: message.key, row: null };
        return;
      case 'detail':
        void this.#postDetail(message.key, message.withPayload);
        return;
      case 'retry':
        this.#stale = { contexts: true, segments: true, notices: true, cleared: false };
        void this.#pull();
        return;
      default:
        message satisfies never;
    }
  }

  async #pull(): Promise<void> {
    if (this.#pulling) return;
    this.#pulling = true;
    try {
      while (Object.values(this.#stale).includes(true)) {
        const stale = this.#stale;
        this.#stale = { contexts: false, segments: false, notices: false, cleared: false };
        if (stale.cleared) this.#forget();
        this.#recording = (await this.#source.readRecording()) ?? null;
        if (stale.notices || stale.cleared) await this.#readNotices();
        // Contexts first: a segment's rows are named by them.
        this.#model.addContexts(await this.#source.readContexts());
        this.#settle();
        if (stale.segments || stale.cleared) await this.#readSegments();
      }
      if (!this.#loaded) {
        this.#loaded = true;
        this.#revision += 1;
        this.#postSummary();
      }
    } catch (error) {
      this.#post({
        type: 'fault',
        message: error instanceof Error ? error.message : String(error),
      });
    } finally {
      this.#pulling = false;
    }
  }

  async #readSegments(): Promise<void> {
    let sliceEnd = performance.now() + SLICE_MS;
    for (;;) {
      const segments = await this.#source.readSegments(this.#nextSegment, READ_SEGMENTS);
      if (this.#stale.cleared) return;
      for (const segment of segments) {
        this.#model.addSegment(segment);
        this.#nextSegment = segment.id + 1;
        if (performance.now() < sliceEnd) continue;
        this.#settle();
        await macrotask();
        if (this.#stale.cleared) return;
        sliceEnd = performance.now() + SLICE_MS;
      }
      // Nothing else may read the model before this: reading settles, and the answer would be lost.
      this.#settle();
      if (segments.length < READ_SEGMENTS) return;
    }
  }

  async #readNotices(): Promise<void> {
    const notices = await this.#source.readNotices();
    if (
      this.#notices?.length === notices.length &&
      notices.at(-1)?.id === this.#notices.at(-1)?.id
    ) {
      return;
    }
    this.#notices = notices;
    this.#post({
      type: 'notices',
      notices: notices.map(({ id, at, severity, text, extensionId }) => ({
        id,
        at,
        severity,
        text,
        extension: extensionId,
      })),
    });
  }

  #forget(): void {
    this.#model.clear();
    this.#visible.setStages({ scope: null, selection: null, filter: null });
    this.#setQuery({ ...this.#query, selection: null });
    this.#selected = null;
    // Ids go on rising after a clear, so what was read before cannot come again.
    this.#notices = null;
  }

  #settle(): void {
    const { rowsFrom } = this.#model.settle();
    this.#refresh(rowsFrom);
    this.#scheduleSummary();
  }

  #setQuery(query: Query): void {
    this.#query = query;
    const model = this.#model;
    this.#visible.setStages({
      scope: query.tabId === null ? null : tabScope(query.tabId, model),
      selection: query.selection === null ? null : selectionMembership(query.selection, model),
      filter: query.text.trim() === '' ? null : compileTextFilter(query.text, model),
    });
  }

  #refresh(rowsFrom: number): void {
    this.#visible.update(this.#model.rows, this.#model.connections, rowsFrom);
    this.#revision += 1;
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
        : { context: ({ key }) => scope.reaches(key), connection: scope.connection };
    this.#post({
      type: 'summary',
      summary: {
        revision: this.#revision,
        loaded: this.#loaded,
        recording: this.#recording,
        query: this.#query,
        visible: this.#visible.indexes.length,
        visibleMessages: messages,
        rows: model.rows.length,
        hiddenByScope: byScope,
        hiddenBySelection: bySelection,
        hiddenByFilter: byFilter,
        messages: totals.messages,
        contexts: totals.contexts,
        connections: totals.connections,
        gaps: totals.gaps,
        lost: totals.lost,
        bytes: totals.bytes,
        selected:
          this.#selected === null
            ? null
            : {
                key: this.#selected.key,
                index: this.#positionOf(this.#find(this.#selected.key)),
              },
        tree: buildTree(model, listed),
      },
    });
  }

  #postRows(from: number, to: number): void {
    const { indexes } = this.#visible;
    const origin = this.#recording?.startedAt ?? 0;
    const rows = indexes
      .slice(from, to)
      .map((index) => viewRow(this.#model.rows[index] as Row, this.#model, origin));
    this.#post({ type: 'rows', revision: this.#revision, from, rows });
  }

  async #postDetail(key: string, withPayload: boolean): Promise<void> {
    const row = this.#find(key);
    if (row === null) {
      this.#post({ type: 'detail', key, detail: null });
      return;
    }
    const payload = withPayload && row.kind === 'message' ? await this.#readPayload(row) : null;
    const detail = viewDetail(row, payload, this.#model, this.#recording?.startedAt ?? 0);
    this.#post({ type: 'detail', key, detail });
  }

  async #readPayload(row: Extract<Row, { kind: 'message' }>): Promise<PayloadDetail> {
    const { payload } = row.message;
    const { form, bytes, segment, offset, length } = payload;
    const held = this.#model.payloadText(payload);
    if (held !== undefined) return { form, bytes, text: held };
    const stored = await this.#source.readSegment(segment).catch(() => undefined);
    return { form, bytes, text: stored?.payload.slice(offset, offset + length) ?? null };
  }

  /** @returns the row with this key, if the model (still) has it */
  #find(key: string): Row | null {
    const known = this.#selected?.key === key ? this.#selected.row : null;
    if (known !== null && this.#isCurrent(known)) return known;
    const { rows } = this.#model;
    const index = rows.findLastIndex((row) => rowKey(row) === key);
    const row = rows[index] ?? null;
    if (this.#selected?.key === key) this.#selected = { key, row };
    return row;
  }

  #isCurrent(row: Row): boolean {
    switch (row.kind) {
      case 'message':
        return this.#model.message(row.message.key) === row.message;
      case 'opened':
      case 'closed':
        return this.#model.connections.has(row.connection);
      default:
        return true;
    }
  }

  #positionOf(row: Row | null): number | null {
    if (row === null) return null;
    const { indexes } = this.#visible;
    const { rows } = this.#model;
    let low = 0;
    let high = indexes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((rows[indexes[middle] ?? 0]?.at ?? 0) < row.at) low = middle + 1;
      else high = middle;
    }
    for (let at = low; at < indexes.length; at += 1) {
      const candidate = rows[indexes[at] ?? 0];
      if (candidate === row) return at;
      if ((candidate?.at ?? 0) > row.at) return null;
    }
    return null;
  }

  #watch(on: boolean): void {
    clearInterval(this.#watchTimer);
    if (!on) return;
    this.#watchTimer = setInterval(() => void this.#lookForNews(), WATCH_MS);
  }

  async #lookForNews(): Promise<void> {
    if (this.#pulling) return;
    try {
      const [recording, segments, contexts] = await Promise.all([
        this.#source.readRecording(),
        this.#source.readSegments(this.#nextSegment, 1),
        this.#source.readContexts(),
      ]);
      const cleared = recording !== undefined && recording.id !== this.#recording?.id;
      const newer = segments.length > 0;
      const others = contexts.some((context) => {
        const known = this.#model.contexts.get(context.key);
        return known === undefined || known.disconnectedAt !== context.disconnectedAt;
      });
      if (!cleared && !newer && !others) return;
      if (cleared) this.#stale.cleared = true;
      this.#stale.segments = true;
      this.#post({ type: 'woken' });
      await this.#pull();
    } catch (error) {
      this.#post({
        type: 'fault',
        message: error instanceof Error ? error.message : String(error),
      });
    }
  }
}

/** Lets queued messages in before the work goes on. */
function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
