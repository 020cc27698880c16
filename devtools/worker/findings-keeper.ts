/**
 * Keeps the findings about the worker's model up to date. It is a script of its own, so that the panel's first load
 * stays small: the rules and their words come when there is something to judge.
 */

import { extensionLabel, type Model } from '../../src/model/index.js';
import {
  Concerned,
  Findings,
  subjectKey,
  titleOf,
  type Finding,
  type IsFound,
} from '../../src/model/findings/index.js';
import type { Row } from '../../src/model/types.js';
import type { FindingCounts, FindingView } from '../worker-protocol.js';

/** Milliseconds of taking rows in before requests are looked at. */
const SLICE_MS = 25;

/** Milliseconds between two judgements, at least. */
const JUDGE_MS = 500;

/** A judgement takes no more than this part of the worker's time. */
const SHARE = 1 / 20;

/** Milliseconds between judgements when nothing comes: some rules wait for what does not. */
const AGAIN_MS = 2_000;

/** After so many quiet milliseconds no rule waits any more. */
const QUIET_MS = 90_000;

export class FindingsKeeper {
  readonly #changed: () => void;
  #model: Model;
  #findings: Findings;
  #all: readonly Finding[] = [];
  #concerned = new Concerned([]);
  #silenced: ReadonlySet<string> = new Set();
  /** As text, to see whether a judgement is another one. */
  #said = '[]';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sliceTimer: ReturnType<typeof setTimeout> | undefined;
  #nextAt = 0;

  /** @param changed called when there are other findings than before */
  constructor(model: Model, silenced: readonly string[], changed: () => void) {
    this.#model = model;
    this.#findings = new Findings(model);
    this.#silenced = new Set(silenced);
    this.#changed = changed;
    this.read(0);
  }

  /** Another model is read from now on; or the same one, emptied. */
  replace(model: Model): void {
    this.#model = model;
    this.#findings = new Findings(model);
    this.read(0);
  }

  /** @param rowsFrom index of the first row that has changed in the model */
  read(rowsFrom: number): void {
    clearTimeout(this.#sliceTimer);
    const { rows } = this.#model;
    if (this.#findings.update(rows, rowsFrom, performance.now() + SLICE_MS)) this.#judgeSoon(0);
    else this.#sliceTimer = setTimeout(() => this.read(this.#model.rows.length), 0);
  }

  /** @param silenced keys of findings, and rules, that nobody wants to hear of */
  silence(silenced: readonly string[]): void {
    this.#silenced = new Set(silenced);
    this.#settle();
  }

  /** How many there are, by severity, and how many are silenced. */
  get counts(): FindingCounts {
    const counts = { error: 0, warning: 0, info: 0, silenced: 0 };
    for (const finding of this.#all) {
      counts[this.#isSilenced(finding) ? 'silenced' : finding.severity] += 1;
    }
    return counts;
  }

  /** All findings, ready to be shown. */
  get views(): readonly FindingView[] {
    return this.#all.map((finding) => this.#view(finding));
  }

  /** @returns the findings about a row, the gravest first, without those that are silenced */
  about(row: Row): readonly FindingView[] {
    return this.#concerned.by(row).map((finding) => this.#view(finding));
  }

  /** @returns the severity of the gravest finding about a row, if there is one */
  severityOf(row: Row): Finding['severity'] | undefined {
    return this.#concerned.by(row)[0]?.severity;
  }

  readonly isFound: IsFound = (row, rule) => this.#concerned.has(row, rule);

  #judgeSoon(wait: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#judge(), Math.max(wait, this.#nextAt - performance.now()));
  }

  #judge(): void {
    const began = performance.now();
    const now = Date.now();
    this.#all = this.#findings.judge(now);
    const took = performance.now() - began;
    this.#nextAt = began + Math.max(JUDGE_MS, took / SHARE);
    const said = JSON.stringify(this.#all);
    if (said !== this.#said) {
      this.#said = said;
      this.#settle();
    }
    const { rows } = this.#model;
    const last = rows.length === 0 ? -Infinity : rows.timeAt(rows.length - 1);
    if (now - last < QUIET_MS) this.#judgeSoon(AGAIN_MS);
  }

  #settle(): void {
    this.#concerned = new Concerned(this.#all.filter((finding) => !this.#isSilenced(finding)));
    this.#changed();
  }

  #isSilenced({ key, rule }: Finding): boolean {
    return this.#silenced.has(key) || this.#silenced.has(rule);
  }

  #view(finding: Finding): FindingView {
    const { about, extension, connection } = finding;
    const contexts = [...this.#model.contexts.values()];
    const context = contexts.find((each) => each.extensionId === extension);
    const name = this.#model.connections.get(connection ?? '')?.name;
    const silenced = this.#isSilenced(finding);
    return {
      ...finding,
      title: titleOf(finding.rule),
      extension: context === undefined ? extension : extensionLabel(context),
      connection: name ?? '',
      about: about.map(subjectKey),
      silenced: !silenced ? null : this.#silenced.has(finding.rule) ? 'rule' : 'finding',
    };
  }
}
