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

/** @returns bytes of all workers whose script's address contains `script`, as about:memory counts them */
export async function workerBytes(system: System, script: string): Promise<number> {
  return await system.evaluate(reportWorkers, script);
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

async function reportWorkers(window: PrivilegedWindow, script: string): Promise<number> {
  const { Cc, Ci } = window as unknown as Reporting;
  const manager = Cc['@mozilla.org/memory-reporter-manager;1']?.getService(
    Ci['nsIMemoryReporterManager'],
  );
  let bytes = 0;
  await new Promise<void>((resolve) => {
    manager?.getReports(
      // Slashes in addresses are written as backslashes there. Units 0 are bytes; `explicit` is what was allocated.
      (_process, path, _kind, units, amount) => {
        if (units === 0 && path.startsWith('explicit/workers/') && path.includes(script)) {
          bytes += amount;
        }
      },
      null,
      resolve,
      null,
      false,
    );
  });
  return bytes;
}
