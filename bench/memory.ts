/** Memory of Firefox's processes and workers, after everything that can be freed has been. */
import type { PrivilegedWindow } from '../src/cli/firefox/privileged.js';
import type { System } from '../src/cli/firefox/system.js';

/** Megabytes that a process has to itself. */
export interface ProcessMemory {
  readonly parent: number;
  /** The process of all extensions. */
  readonly extensions: number;
  /** All processes that show pages. */
  readonly pages: number;
}

/** @returns resident memory that is shared with nobody, as about:processes shows it */
export async function processMemory(system: System): Promise<ProcessMemory> {
  return await system.evaluate(readProcesses);
}

/** Asks all processes to collect garbage and give back what they can. */
export async function freeMemory(system: System): Promise<void> {
  await system.evaluate(minimizeMemory);
}

/** Bytes of a process with a worker in it. */
export interface WorkerMemory {
  /**
   * What the process's allocator has handed out, and the worker's garbage-collected heap. about:memory's own lines about
   * the worker leave out most typed arrays.
   */
  readonly allocated: number;
  /** Of the worker's strings, in the same. */
  readonly strings: number;
}

/** @param script part of the address of the worker's script */
export async function workerMemory(system: System, script: string): Promise<WorkerMemory> {
  return await system.evaluate(reportWorker, script);
}

interface Reporting {
  readonly Cc: Record<string, { getService(of: unknown): MemoryManager }>;
  readonly Ci: Record<string, unknown>;
}

interface MemoryManager {
  minimizeMemoryUsage(done: () => void): void;
  getReports(
    each: (process: string, path: string, kind: number, units: number, amount: number) => void,
    data: null,
    done: () => void,
    doneData: null,
    anonymize: boolean,
  ): void;
}

async function readProcesses(window: PrivilegedWindow): Promise<ProcessMemory> {
  interface Process {
    readonly type: string;
    /** Bytes. */
    readonly memory: number;
  }
  const { requestProcInfo } = window.ChromeUtils as unknown as {
    requestProcInfo(): Promise<Process & { readonly children: readonly Process[] }>;
  };
  const { memory, children } = await requestProcInfo();
  const of = (wanted: (type: string) => boolean): number =>
    children.filter(({ type }) => wanted(type)).reduce((sum, child) => sum + child.memory, 0) / 1e6;
  return {
    parent: memory / 1e6,
    extensions: of((type) => type === 'extension'),
    pages: of((type) => type.startsWith('web')),
  };
}

async function minimizeMemory(window: PrivilegedWindow): Promise<void> {
  const { Cc, Ci } = window as unknown as Reporting;
  const manager = Cc['@mozilla.org/memory-reporter-manager;1']?.getService(
    Ci['nsIMemoryReporterManager'],
  );
  await new Promise<void>((resolve) => manager?.minimizeMemoryUsage(resolve));
}

async function reportWorker(window: PrivilegedWindow, script: string): Promise<WorkerMemory> {
  const { Cc, Ci } = window as unknown as Reporting;
  const manager = Cc['@mozilla.org/memory-reporter-manager;1']?.getService(
    Ci['nsIMemoryReporterManager'],
  );
  const heaps: Record<string, number> = {};
  let home: string | null = null;
  let collected = 0;
  let strings = 0;
  await new Promise<void>((resolve) => {
    manager?.getReports(
      // Slashes in addresses are written as backslashes there. Units 0 are bytes; kind 0 did not come from the allocator.
      (process, path, kind, units, amount) => {
        if (units !== 0) return;
        if (path === 'heap-allocated') heaps[process] = amount;
        if (!path.startsWith('explicit/workers/') || !path.includes(script)) return;
        home = process;
        if (kind === 0) collected += amount;
        if (path.includes('/strings/')) strings += amount;
      },
      null,
      resolve,
      null,
      false,
    );
  });
  const heap = home === null ? undefined : heaps[home];
  if (heap === undefined) throw new Error(`no worker of ${script} is in Firefox's memory report`);
  return { allocated: heap + collected, strings };
}
