/** What Firefox itself notes of the main thread that all extensions share: each task of 50 ms and more. */
import type { PrivilegedWindow } from '../../src/cli/firefox/privileged.js';
import type { System } from '../../src/cli/firefox/system.js';

/** Milliseconds from which on Firefox calls a task long. */
export const LONG_MS = 50;

/** Begins to note them; costs some hundredths of that thread's time. */
export async function watchTasks(system: System): Promise<void> {
  await system.evaluate(startNoting);
}

/** @returns milliseconds of each long task since {@link watchTasks}, in order */
export async function longTasks(system: System): Promise<number[]> {
  return await system.evaluate(readNoted);
}

interface Profiler {
  StartProfiler(
    entries: number,
    interval: number,
    features: readonly string[],
    threads: readonly string[],
  ): Promise<void>;
  getProfileDataAsync(): Promise<Profile>;
  StopProfiler(): Promise<void>;
}

interface Profile {
  readonly threads: readonly {
    readonly name: string;
    readonly stringTable: readonly string[];
    readonly markers: {
      readonly schema: Readonly<Record<'name' | 'startTime' | 'endTime', number>>;
      readonly data: readonly (readonly unknown[])[];
    };
  }[];
  readonly processes: readonly Profile[];
}

async function startNoting(window: PrivilegedWindow): Promise<void> {
  const { profiler } = window.Services as unknown as { readonly profiler: Profiler };
  const { requestProcInfo } = window.ChromeUtils as unknown as {
    requestProcInfo(): Promise<{ readonly children: readonly { type: string; pid: number }[] }>;
  };
  const { children } = await requestProcInfo();
  const pids = children.filter(({ type }) => type === 'extension').map(({ pid }) => `pid:${pid}`);
  // Eight bytes each, of markers alone: no stacks are taken.
  await profiler.StartProfiler(1 << 23, 1_000, ['nostacksampling', 'nomarkerstacks'], pids);
}

async function readNoted(window: PrivilegedWindow): Promise<number[]> {
  const { profiler } = window.Services as unknown as { readonly profiler: Profiler };
  const profile = await profiler.getProfileDataAsync();
  await profiler.StopProfiler();
  return profile.processes
    .flatMap(({ threads }) => threads)
    .filter(({ name }) => name === 'GeckoMain')
    .flatMap(({ stringTable, markers: { schema, data } }) =>
      data
        .filter((marker) => stringTable[marker[schema.name] as number] === 'LongTask')
        .map((marker) => (marker[schema.endTime] as number) - (marker[schema.startTime] as number)),
    );
}
