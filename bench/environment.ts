/** What the figures were measured on, so that two reports can be compared with open eyes. */
import { cpus, loadavg, totalmem } from 'node:os';

export interface Environment {
  readonly measuredAt: string;
  readonly firefox: string;
  readonly node: string;
  readonly platform: string;
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGiB: number;
  /** Load average over one minute at the start; near 0 on a quiet machine, unknown (0) on Windows. */
  readonly loadBefore: number;
  readonly quick: boolean;
}

/** @param firefox version, as `firefox/153.7` */
export function environment(firefox: string, quick: boolean, loadBefore: number): Environment {
  return {
    measuredAt: new Date().toISOString(),
    firefox,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cores: cpus().length,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    loadBefore,
    quick,
  };
}

/** @returns the load average over one minute */
export function load(): number {
  return loadavg()[0] ?? 0;
}
