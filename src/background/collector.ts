/** The collector, without a browser: contexts in, segments out, panels told. */

import { describe } from '../protocol/guard-error.js';
import {
  REDACTED_KEYS,
  type AdmissionVerdict,
  type RetentionLimits,
  type StoredContext,
  type StoredRedaction,
  type ToPanel,
} from '../protocol/index.js';
import { faultOf, readContexts, readRecording, type PortholeDatabase } from '../store/reader.js';
import { putAdmission, putRedaction, readAdmission, readRedaction } from '../store/settings.js';
import { clear } from '../store/writer.js';
import { Admission, type AdmissionOptions } from './admission.js';
import { CaptureState } from './capture-state.js';
import { CommitQueue, type CommitQueueOptions } from './commit-queue.js';
import { Contexts } from './contexts.js';
import type { Link, LinkEnd, Origin } from './link.js';
import { Notices } from './notices.js';
import type { Places } from './places.js';
import { redactorOf } from './redact-batch.js';
import { openReport } from './reports.js';
import { Retention, type Estimate } from './retention.js';

/** Until the person sets it otherwise. */
const NO_REDACTION: StoredRedaction = { key: 'redaction', on: false, keys: REDACTED_KEYS };

/** Milliseconds in which changes of the admission are told once. */
const ADMISSION_MS = 100;

export interface CollectorOptions extends Pick<CommitQueueOptions, 'capacity' | 'retry'> {
  readonly database: () => Promise<PortholeDatabase>;
  /** Hears what panels are to be told. */
  readonly tell: (message: ToPanel) => void;
  /** Hears, after each change, whether this page must stay awake. */
  readonly needed: (needed: boolean) => void;
  readonly installed: AdmissionOptions['installed'];
  readonly places: Places;
  /** How much room the browser says there is. */
  readonly estimate: Estimate;
  /** {@link Notices}' quiet time in milliseconds. */
  readonly noticeQuiet?: number;
}

export interface Collector {
  /** A line to a context was opened. */
  report(origin: Origin, link: Link): LinkEnd;
  /** Somebody opened a port that is not for them; it was closed. */
  trespass(extensionId: string, portName: string): void;
  state(): ToPanel;
  admission(): ToPanel;
  redaction(): ToPanel;
  /** Values under these keys are not stored from now on, or are again. */
  redact(on: boolean, keys: readonly string[]): void;
  /** The person has decided about an extension; null takes an earlier decision back. */
  admit(extensionId: string, verdict: AdmissionVerdict | null): void;
  /** The browser may now tell more, or less, about extensions. */
  recheck(): void;
  /** How much is stored, how much may be, and why nothing can be now. */
  storage(): ToPanel;
  /** How much is to be kept; what is over it goes with the next commit. */
  limit(limits: RetentionLimits): Promise<void>;
  record(on: boolean): void;
  callSites(on: boolean): void;
  /**
   * Deletes what is recorded and begins the next recording. Contexts with an open line stay, and are told,
   * so that they state their open ports again. What a context captured before and sends after belongs to the
   * new recording.
   */
  clear(): Promise<void>;
}

/**
 * Takes up where the last life of this page ended.
 *
 * @throws {StoreError} the database cannot be opened or read
 */
export async function startCollector(options: CollectorOptions): Promise<Collector> {
  const { database, tell, needed, places } = options;
  const opened = await database();
  const damaged: string[] = [];
  const [storedContexts, storedRecording, storedAdmission, storedRedaction, retention] =
    await Promise.all([
      readContexts(opened, (key) => damaged.push(key)),
      readRecording(opened),
      readAdmission(opened),
      readRedaction(opened),
      Retention.load(opened, options.estimate),
    ]);

  const contexts = new Contexts();
  const notices = new Notices(database, () => tell({ type: 'notice' }), options.noticeQuiet);
  const storageFailed = (error: unknown): void =>
    notices.add('error', error instanceof Error ? error.message : String(error), null);
  const capture = new CaptureState(
    storedRecording,
    storedRedaction ?? NO_REDACTION,
    database,
    () => {
      contexts.broadcast({ type: 'capture', ...capture.capture });
      changed();
    },
    storageFailed,
  );
  let fault: string | null = null;
  const queue = new CommitQueue({
    ...options,
    retention,
    contexts,
    recording: () => capture.recording.id,
    onSegment: (id, count) => {
      tell({ type: 'segment', id, count });
      notices.retry();
    },
    onContexts: () => tell({ type: 'contexts' }),
    onFailure: (error) => {
      fault = error === null ? null : faultOf(error).message;
      if (error !== null) storageFailed(error);
      tell(storage());
    },
    onRoom: (extensionId) => {
      for (const context of contexts.all()) {
        if (!context.starved || context.stored.extensionId !== extensionId) continue;
        context.starved = false;
        const { link } = context;
        if (link === null) continue;
        contexts.disconnect(context, link, Date.now());
        link.close();
      }
      changed();
    },
  });

  function state(): ToPanel {
    const { id, startedAt, on, callSites } = capture.recording;
    const reporting = contexts.reporting();
    return { type: 'state', recording: id, startedAt, on, callSites, reporting };
  }

  function storage(): ToPanel {
    const { events, bytes } = retention.holds;
    return { type: 'storage', limits: retention.limits, holds: { events, bytes }, fault };
  }

  function changed(): void {
    tell(state());
    stayAwake();
  }

  function stayAwake(): void {
    const recording = capture.recording.on && contexts.reporting() > 0;
    // Contexts that wait would lose their line with this page, and wake it again to get it back.
    needed(recording || admission.isAwaited);
  }

  let redaction = storedRedaction ?? NO_REDACTION;
  let redactor = redactorOf(redaction);
  const viewRedaction = (): ToPanel => {
    const { on, keys } = redaction;
    return { type: 'redaction', on, keys };
  };

  let tellingAdmission: ReturnType<typeof setTimeout> | undefined;
  const admission = new Admission({
    installed: options.installed,
    open: (origin, link) =>
      openReport(origin, link, {
        contexts,
        queue,
        capture,
        notices,
        places,
        redactor: () => redactor,
        onPresence: changed,
      }),
    stored: storedAdmission,
    save: (record) => {
      database()
        .then((current) => putAdmission(current, record))
        .catch(storageFailed);
    },
    onChange: () => {
      tellingAdmission ??= setTimeout(() => {
        tellingAdmission = undefined;
        tell(admission.view());
        stayAwake();
      }, ADMISSION_MS);
    },
    notice: (severity, text, extensionId) => notices.add(severity, text, extensionId),
  });

  const ended = contexts.restore(storedContexts, Date.now(), retention.newestSegment);
  for (const context of ended) queue.touch(context);
  if (damaged.length > 0) {
    notices.add(
      'error',
      `Records of ${damaged.length} contexts are damaged and were left as they are; their messages are shown without names`,
      null,
    );
  }

  return {
    report: (origin, link) => admission.report(origin, link),
    trespass: (extensionId, portName) =>
      notices.add(
        'error',
        `${extensionId} opened a port named ${describe(portName)}, which is not for it; it was closed`,
        extensionId,
      ),
    state,
    admission: () => admission.view(),
    redaction: viewRedaction,
    redact(on, keys) {
      redaction = { key: 'redaction', on, keys };
      redactor = redactorOf(redaction);
      database()
        .then((current) => putRedaction(current, redaction))
        .catch(storageFailed);
      tell(viewRedaction());
      // The recording says so as well, and panels read it anew.
      void capture.redact(redaction).then(() => tell({ type: 'contexts' }));
    },
    admit: (extensionId, verdict) => admission.decide(extensionId, verdict),
    recheck: () => admission.recheck(),
    storage,
    async limit(limits) {
      try {
        await retention.setLimits(await database(), limits);
      } catch (error) {
        storageFailed(error);
      }
      tell(storage());
    },
    record: (on) => capture.set({ on }),
    callSites: (callSites) => capture.set({ callSites }),
    async clear() {
      const next = capture.next();
      try {
        await queue.replace(async () => {
          const all = [...contexts.all()];
          const kept: StoredContext[] = all
            .filter(({ link, isStored }) => link !== null && isStored)
            .map(({ stored, accepted }) => ({ ...stored, taken: accepted, lastSegment: 0 }));
          const dropped = all.filter(({ link }) => link === null);
          await clear(await database(), next, kept);
          retention.cleared();
          contexts.forget(dropped);
          contexts.storeEmptied();
          capture.begin(next);
        });
        tell(storage());
        notices.forget();
        tell({ type: 'cleared', recording: next.id });
      } catch (error) {
        storageFailed(error);
      }
    },
  };
}
