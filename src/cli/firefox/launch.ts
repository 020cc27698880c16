/** Starts Firefox with a throw-away profile, and makes sure that it ends. */
import { spawnSync } from 'node:child_process';
import puppeteer, { type Browser } from 'puppeteer-core';
import { Failure } from '../failure.js';
import { quietPrefs, themePrefs, type Theme } from './preferences.js';
import { atExit, temporaryFolder } from './processes.js';
import { System } from './system.js';

export interface LaunchOptions {
  /** Path of Firefox's executable. */
  readonly executable: string;
  readonly headless: boolean;
  /** Of the browser window, the toolbox and pages; light unless said. */
  readonly theme?: Theme;
  /** More preferences, over the ones set here. */
  readonly prefs?: Readonly<Record<string, string | number | boolean>>;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Firefox {
  readonly browser: Browser;
  readonly system: System;
  /** Name and version, for instance `firefox/153.7.0`. */
  readonly version: string;
  /** Aborted when Firefox is gone, whoever ended it. */
  readonly gone: AbortSignal;
  /** Ends Firefox and removes its profile; may be called again. */
  close(): Promise<void>;
}

/** The first version with all that Porthole's manifest asks for. */
const OLDEST = 140;

const WINDOW = ['--width', '1280', '--height', '900'];

/** CPU-starved machines need a while for the first start of a profile. */
const START_TIMEOUT_MS = 90_000;

/** Longest time Firefox may take to end by itself before it is killed. */
const CLOSE_TIMEOUT_MS = 10_000;

/**
 * @throws Failure when Firefox does not start, or is too old
 */
export async function launchFirefox(options: LaunchOptions): Promise<Firefox> {
  if (!options.headless && !hasDisplay()) {
    throw new Failure(
      'There is no display for a window of Firefox (DISPLAY and WAYLAND_DISPLAY are not set). "porthole record" and "npm start" need none with --headless.',
    );
  }
  const profile = temporaryFolder();
  let browser: Browser;
  try {
    browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath: options.executable,
      headless: options.headless,
      userDataDir: profile.path,
      args: ['--remote-allow-system-access', ...WINDOW],
      env: { ...process.env, ...options.env },
      extraPrefsFirefox: {
        ...quietPrefs,
        ...themePrefs(options.theme ?? 'light'),
        ...options.prefs,
      },
      defaultViewport: null,
      timeout: START_TIMEOUT_MS,
      protocolTimeout: START_TIMEOUT_MS,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
  } catch (error) {
    await profile.remove();
    throw new Failure(`Firefox (${options.executable}) did not start: ${firstLine(error)}`);
  }

  const pid = browser.process()?.pid;
  const forget = atExit(() => {
    if (pid !== undefined) killTree(pid);
  });
  const gone = new AbortController();
  browser.once('disconnected', () => gone.abort());

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= end());
  async function end(): Promise<void> {
    const timer = setTimeout(() => {
      if (pid !== undefined) killTree(pid);
    }, CLOSE_TIMEOUT_MS);
    await browser.close().catch(() => pid !== undefined && killTree(pid));
    clearTimeout(timer);
    forget();
    await profile.remove();
  }

  // On macOS Firefox goes on without a window; for the person who closed it, that was the end.
  if (!options.headless) {
    browser.on('targetdestroyed', () => {
      void browser.pages().then(
        (pages) => (pages.length === 0 ? close() : undefined),
        () => undefined,
      );
    });
  }

  try {
    const version = (await browser.version()).toLowerCase();
    if (Number.parseInt(version.replace(/^\D*/, ''), 10) < OLDEST) {
      throw new Failure(
        `${options.executable} is ${version}, but Porthole needs Firefox ${OLDEST} or newer. Set PORTHOLE_FIREFOX to a newer one.`,
      );
    }
    return { browser, system: await System.attach(browser), version, gone: gone.signal, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Kills a process and its children; does nothing when it has ended. */
function killTree(pid: number): void {
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' });
    return;
  }
  try {
    // Puppeteer starts Firefox as the leader of a process group of its own.
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

function hasDisplay({ env, platform } = process): boolean {
  if (platform !== 'linux') return true;
  return ['DISPLAY', 'WAYLAND_DISPLAY', 'MOZ_HEADLESS'].some((name) => Boolean(env[name]));
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n', 1)[0] ?? '';
}
