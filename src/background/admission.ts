/**
 * Decides whose reports are taken. Porthole's own worlds always; an extension that Firefox says is loaded for
 * development, too; any other one when the person has allowed it. Until then it waits, within bounds.
 *
 * Whether an extension is in development is asked anew when it comes after its last line had closed: another
 * installation of it may have come in between, never during.
 */

import { counted, text } from '../texts/index.js';
import type {
  AdmissionVerdict,
  Hello,
  StoredAdmission,
  ToPanel,
  WaitingExtension,
} from '../protocol/index.js';
import { originalName } from '../protocol/index.js';
import type { Link, LinkEnd, Origin } from './link.js';
import { WaitingLine, type Allowance, type LineOwner } from './waiting-line.js';

/** What Firefox's `management` says about an extension. */
export interface Installed {
  readonly name: string;
  /** `development`, `normal`, `sideload`, `admin` or `other`. */
  readonly installType: string;
}

export interface AdmissionOptions {
  /** @returns null when the browser may not be asked, or does not know */
  readonly installed: (extensionId: string) => Promise<Installed | null>;
  /** Takes an admitted line. */
  readonly open: (origin: Origin, link: Link) => LinkEnd;
  /** As left by the last life of this page. */
  readonly stored: StoredAdmission | undefined;
  readonly save: (admission: StoredAdmission) => void;
  /** {@link Admission.view} changed. */
  readonly onChange: () => void;
  readonly notice: (severity: 'error' | 'warning', text: string, extensionId: string) => void;
}

/** Lines of one extension that may wait at a time; more are closed and come again. */
const LINES = 1_000;

/** Extensions that may wait at a time; the lines of more are closed and come again. */
const EXTENSIONS = 100;

/** What one extension may leave here while it waits: characters, and messages. */
const ALLOWANCE: Readonly<Allowance> = { chars: 8_000_000, messages: 4_000 };

/** The end of a line that was closed at once. */
const NOBODY: LinkEnd = { message: () => undefined, closed: () => undefined };

type Standing = 'asking' | 'waiting' | 'admitted' | 'blocked';

/** An extension that has lines, or of which something is counted. */
class Applicant implements LineOwner {
  readonly lines = new Set<WaitingLine>();
  readonly allowance: Allowance = { ...ALLOWANCE };
  standing: Standing = 'asking';
  installed: Installed | null = null;
  claimedName: string | null = null;
  lostEvents = 0;
  turnedAway = 0;
  refusedPorts = 0;

  constructor(
    readonly extensionId: string,
    private readonly options: Pick<AdmissionOptions, 'onChange' | 'notice'>,
    private readonly onEnded: (applicant: Applicant) => void,
  ) {}

  get name(): string | null {
    const name = this.installed?.name ?? this.claimedName;
    return name && originalName(name);
  }

  get isFull(): boolean {
    if (this.lines.size < LINES) return false;
    return [...this.lines].filter((line) => line.isOpen).length >= LINES;
  }

  said({ extensionName }: Hello): void {
    this.claimedName = extensionName ?? this.claimedName;
    this.options.onChange();
  }

  lost(events: number): void {
    this.lostEvents += events;
    this.options.onChange();
  }

  refused(reason: string): void {
    const { extensionId } = this;
    this.options.notice(
      'error',
      text('notice_not_taken', { extension: extensionId, reason }),
      extensionId,
    );
  }

  ended(line: WaitingLine): void {
    if (this.standing === 'admitted' || !line.hasBatches) this.lines.delete(line);
    this.onEnded(this);
    this.options.onChange();
  }
}

export class Admission {
  readonly #options: AdmissionOptions;
  readonly #applicants = new Map<string, Applicant>();
  readonly #decisions = new Map<string, StoredAdmission['decisions'][number]>();

  constructor(options: AdmissionOptions) {
    this.#options = options;
    for (const decision of options.stored?.decisions ?? []) {
      this.#decisions.set(decision.extensionId, decision);
    }
  }

  /** A line was opened; `link` leads to its other end. */
  report(origin: Origin, link: Link): LinkEnd {
    if (origin.route !== 'external' && origin.route !== 'relay') {
      return this.#options.open(origin, link);
    }
    const { extensionId } = origin;
    if (this.#isCrowded(extensionId)) {
      link.close();
      this.#options.notice(
        'warning',
        text('notice_not_taken', {
          extension: extensionId,
          reason: counted('notice_crowded', EXTENSIONS),
        }),
        extensionId,
      );
      return NOBODY;
    }
    const applicant = this.#applicant(extensionId);
    const line = new WaitingLine(origin, link, applicant);
    if (applicant.standing === 'blocked') {
      applicant.refusedPorts += 1;
      line.reject(text('notice_blocked'));
    } else if (applicant.standing !== 'admitted' && applicant.isFull) {
      applicant.turnedAway += 1;
      line.close();
    } else {
      applicant.lines.add(line);
      if (applicant.standing === 'admitted') line.admit(this.#options.open);
    }
    this.#options.onChange();
    return line;
  }

  /** The person has decided; null takes an earlier decision back. */
  decide(extensionId: string, verdict: AdmissionVerdict | null): void {
    const applicant = this.#applicants.get(extensionId);
    if (verdict === null) this.#decisions.delete(extensionId);
    else {
      const name = applicant?.name ?? this.#decisions.get(extensionId)?.name ?? null;
      this.#decisions.set(extensionId, { extensionId, name, verdict });
    }
    this.#options.save({ key: 'admission', decisions: [...this.#decisions.values()] });
    if (applicant !== undefined) this.#carryOut(applicant, verdict);
    this.#options.onChange();
  }

  /** The browser may be asked more than before. */
  recheck(): void {
    for (const applicant of this.#applicants.values()) {
      if (applicant.standing === 'waiting') void this.#ask(applicant);
    }
  }

  /** Whether anybody waits. */
  get isAwaited(): boolean {
    return [...this.#applicants.values()].some(isWaiting);
  }

  /** What panels are told. */
  view(): ToPanel {
    const waiting = [...this.#applicants.values()].filter(isWaiting).map(viewWaiting);
    const decided = [...this.#decisions.values()].map((decision) => ({
      ...decision,
      refused: this.#applicants.get(decision.extensionId)?.refusedPorts ?? 0,
    }));
    return { type: 'admission', waiting, decided };
  }

  /** Whether it would be one too many to wait. */
  #isCrowded(extensionId: string): boolean {
    if (this.#applicants.size < EXTENSIONS || this.#applicants.has(extensionId)) return false;
    if (this.#decisions.has(extensionId)) return false;
    let waiting = 0;
    for (const { standing } of this.#applicants.values()) {
      if (standing === 'asking' || standing === 'waiting') waiting += 1;
    }
    return waiting >= EXTENSIONS;
  }

  #applicant(extensionId: string): Applicant {
    let applicant = this.#applicants.get(extensionId);
    if (applicant !== undefined) return applicant;
    applicant = new Applicant(extensionId, this.#options, (ended) => this.#forget(ended));
    this.#applicants.set(extensionId, applicant);
    const verdict = this.#decisions.get(extensionId)?.verdict;
    if (verdict === undefined) void this.#ask(applicant);
    else applicant.standing = verdict === 'allowed' ? 'admitted' : 'blocked';
    return applicant;
  }

  async #ask(applicant: Applicant): Promise<void> {
    const installed = await this.#options.installed(applicant.extensionId).catch(() => null);
    if (applicant.standing !== 'asking' && applicant.standing !== 'waiting') return;
    applicant.installed = installed;
    if (installed?.installType === 'development') this.#admit(applicant);
    else applicant.standing = 'waiting';
    this.#options.onChange();
  }

  #carryOut(applicant: Applicant, verdict: AdmissionVerdict | null): void {
    if (verdict === 'allowed') {
      this.#admit(applicant);
      return;
    }
    const lines = [...applicant.lines];
    applicant.lines.clear();
    applicant.lostEvents = applicant.turnedAway = 0;
    if (verdict === 'blocked') {
      applicant.standing = 'blocked';
      for (const line of lines) {
        if (line.isOpen) applicant.refusedPorts += 1;
        line.reject(text('notice_blocked'));
      }
    } else {
      this.#applicants.delete(applicant.extensionId);
      for (const line of lines) line.close();
    }
  }

  #admit(applicant: Applicant): void {
    if (applicant.standing === 'admitted') return;
    applicant.standing = 'admitted';
    for (const line of applicant.lines) {
      line.admit(this.#options.open);
      if (!line.isOpen) applicant.lines.delete(line);
    }
    const { lostEvents, extensionId } = applicant;
    if (lostEvents > 0) {
      this.#options.notice(
        'warning',
        counted('notice_waiting_lost', lostEvents, { extension: extensionId }),
        extensionId,
      );
    }
    applicant.lostEvents = applicant.turnedAway = 0;
    this.#forget(applicant);
  }

  /** Forgets an extension without lines, unless something of it is still to be shown. */
  #forget(applicant: Applicant): void {
    if (applicant.lines.size > 0 || applicant.standing === 'blocked') return;
    if (this.#applicants.get(applicant.extensionId) !== applicant) return;
    this.#applicants.delete(applicant.extensionId);
  }
}

function isWaiting({ standing, lines }: Applicant): boolean {
  return standing === 'waiting' && [...lines].some((line) => line.isKnown);
}

function viewWaiting(applicant: Applicant): WaitingExtension {
  const { extensionId, name, installed, lines, lostEvents, turnedAway } = applicant;
  return {
    extensionId,
    name,
    nameFrom: installed === null ? 'extension' : 'browser',
    installType: installed?.installType ?? null,
    contexts: [...lines].filter((line) => line.isOpen && line.isKnown).length,
    lost: lostEvents,
    turnedAway,
  };
}
