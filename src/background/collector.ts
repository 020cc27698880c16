/** The collector, without a browser: contexts in, segments out, panels told. */

import { counted, text } from '../texts/index.js';
import { describe } from '../protocol/guard-error.js';
import {
  REDACTED_KEYS,
  type AdmissionVerdict,
  type MuteRule,
  type RetentionLimits,
  type StoredContext,
  type StoredRecording,
  type StoredRedaction,
  type ToPanel,
} from '../protocol/index.js';
import { faultOf, readContexts, readRecording, type PortholeDatabase } from '../store/reader.js';
import {
  putAdmission,
  putMutes,
  putRedaction,
  readAdmission,
  readMutes,
  readRedaction,
} from '../store/settings.js';
import { bringBack, deleteCleared, isOfCleared, setAside } from '../store/cleared.js';
import { clear } from '../store/writer.js';
import { Admission, type AdmissionOptions } from './admission.js';
import { CaptureState } from './capture-state.js';
import { CommitQueue, type CommitQueueOptions } from './commit-queue.js';
import { Contexts } from './contexts.js';
import { Files, type TellFile } from './files.js';
import type { Link, LinkEnd, Origin } from './link.js';
import { Mutes } from './mutes.js';
import { Notices } from './notices.js';
import type { Places } from './places.js';
import { redactorOf } from './redact-batch.js';
import { openReport } from './reports.js';
import { Retention, type Estimate } from './retention.js';

/** Until the person sets it otherwise. */
const NO_REDACTION: StoredRedaction = { key: 'redaction', on: false, keys: REDACTED_KEYS };

/** Milliseconds for which a recording that was cleared can be brought back. */
const UNDO_MS = 15_000;

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
  /** Milliseconds for which a recording that was cleared can be brought back. */
  readonly undo?: number;
}

export interface Collector {
  /** A line to a context was opened. */
  report(origin: Origin, link: Link): LinkEnd;
  /** Somebody opened a port that is not for them; it was closed. */
  trespass(extensionId: string, portName: string): void;
  state(): ToPanel;
  admission(): ToPanel;
  redaction(): ToPanel;
  mutes(): ToPanel;
  /** What these rules name is not recorded from now on. */
  mute(rules: readonly MuteRule[]): void;
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
  /** A panel wants to see a file of an extension; see {@link Files.read}. */
  readFile(extensionId: string, url: string, tell: TellFile): void;
  /** @param at epoch milliseconds at which the person asked for it; a pause holds from then on */
  record(on: boolean, at?: number): void;
  callSites(on: boolean): void;
  /**
   * Deletes what is recorded and begins the next recording. Contexts with an open line stay, and are told,
   * so that they state their open ports again. What a context captured before and sends after belongs to the
   * new recording.
   */
  clear(): Promise<void>;
  /**
   * Begins the next recording like {@link clear}, but deletes the one before a while later, or when its room is needed.
   * What contexts had not sent yet they drop, as with {@link clear}; if all is brought back, the counters of their ports
   * tell of it. When storing does not work, everything is deleted at once.
   */
  setAside(): Promise<void>;
  /** Takes {@link setAside} back: the recording goes on with all that was recorded before and since. */
  bringBack(): Promise<void>;
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
  const [
    storedContexts,
    storedRecording,
    storedAdmission,
    storedRedaction,
    storedMutes,
    retention,
  ] = await Promise.all([
    readContexts(opened, (key) => damaged.push(key)),
    readRecording(opened),
    readAdmission(opened),
    readRedaction(opened),
    readMutes(opened),
    Retention.load(opened, options.estimate),
  ]);

  const contexts = new Contexts();
  const files = new Files(() => contexts.all());
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
    const { id, startedAt, on, callSites, cleared } = capture.recording;
    const reporting = contexts.reporting();
    const undoable = cleared !== undefined;
    return { type: 'state', recording: id, startedAt, on, callSites, undoable, reporting };
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
    needed(recording || admission.isAwaited || capture.recording.cleared !== undefined);
  }

  let redaction = storedRedaction ?? NO_REDACTION;
  let redactor = redactorOf(redaction);
  const viewRedaction = (): ToPanel => {
    const { on, keys } = redaction;
    return { type: 'redaction', on, keys };
  };

  const viewMutes = (): ToPanel => ({ type: 'mutes', rules: mutes.rules });
  const mutes = new Mutes({
    stored: storedMutes,
    save: (record) => {
      database()
        .then((current) => putMutes(current, record))
        .catch(storageFailed);
    },
    contexts: () => contexts.all(),
    onChange: () => tell(viewMutes()),
  });

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
        files,
        mutes,
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

  let lapsing: ReturnType<typeof setTimeout> | undefined;
  /** Deletes what was set aside; call it while nothing is being committed. */
  async function lapse(): Promise<void> {
    clearTimeout(lapsing);
    const next = capture.withoutCleared();
    if (next === null) return;
    const gone = [...contexts.all()].filter(
      ({ link, stored }) => link === null && isOfCleared(stored, next),
    );
    const keys = gone.map(({ stored }) => stored.key);
    await deleteCleared(await database(), next, keys);
    retention.deletedBefore(next.firstSegment ?? 0);
    contexts.forget(gone);
    capture.goOn(next);
    tell(storage());
    changed();
  }

  async function clearAll(): Promise<void> {
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
  }

  const ended = contexts.restore(storedContexts, Date.now(), retention.newestSegment);
  for (const context of ended) queue.touch(context);
  // Its time ran out with the last life of this page.
  if (capture.recording.cleared !== undefined) queue.alone(lapse).catch(storageFailed);
  if (damaged.length > 0) {
    notices.add('error', counted('notice_damaged', damaged.length), null);
  }

  return {
    report: (origin, link) => admission.report(origin, link),
    trespass: (extensionId, portName) =>
      notices.add(
        'error',
        text('notice_trespass', { extension: extensionId, port: describe(portName) }),
        extensionId,
      ),
    state,
    admission: () => admission.view(),
    redaction: viewRedaction,
    mutes: viewMutes,
    mute: (rules) => mutes.set(rules),
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
    readFile: (extensionId, url, tell) => files.read(extensionId, url, tell),
    record: (on, at = Date.now()) => capture.record(on, at),
    callSites: (callSites) => capture.set({ callSites }),
    clear: clearAll,
    async setAside() {
      try {
        await queue.between(async () => {
          await lapse();
          const { startedAt, redacted, firstSegment } = capture.recording;
          const next: StoredRecording = {
            ...capture.next(),
            firstSegment: retention.newestSegment + 1,
            cleared: {
              startedAt,
              ...(redacted === undefined ? {} : { redacted }),
              ...(firstSegment === undefined ? {} : { firstSegment }),
              dropped: retention.dropped,
            },
          };
          await setAside(await database(), next);
          retention.setAside(lapse);
          capture.begin(next);
        });
      } catch {
        await clearAll();
        return;
      }
      lapsing = setTimeout(() => {
        queue.alone(lapse).catch(storageFailed);
      }, options.undo ?? UNDO_MS);
      notices.forget();
      tell({ type: 'cleared', recording: capture.recording.id });
    },
    async bringBack() {
      try {
        await queue.alone(async () => {
          const next = capture.withCleared();
          const { cleared } = capture.recording;
          if (next === null || cleared === undefined) return;
          await bringBack(await database(), next, cleared.dropped);
          clearTimeout(lapsing);
          retention.broughtBack(cleared.dropped);
          capture.goOn(next);
          tell({ type: 'cleared', recording: next.id });
          changed();
        });
      } catch (error) {
        storageFailed(error);
      }
    },
  };
}
