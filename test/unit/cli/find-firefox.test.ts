import { describe, expect, it } from 'vitest';
import { findFirefox, usualPlaces, type Machine } from '../../../src/cli/firefox/find-firefox.js';

function machine(
  platform: NodeJS.Platform,
  programs: readonly string[],
  env: Record<string, string> = {},
): Machine {
  const home = platform === 'darwin' ? '/Users/ann' : '/home/ann';
  return { platform, home, env, isExecutable: (path) => programs.includes(path) };
}

describe('findFirefox', () => {
  it('finds Firefox where each system puts it', () => {
    const linux = machine('linux', ['/usr/bin/firefox-esr'], { PATH: '/usr/sbin' });
    expect(findFirefox(linux)).toBe('/usr/bin/firefox-esr');

    const mac = '/Users/ann/Applications/Firefox Nightly.app/Contents/MacOS/firefox';
    expect(findFirefox(machine('darwin', [mac]))).toBe(mac);

    const windows = 'C:\\Program Files\\Mozilla Firefox\\firefox.exe';
    expect(findFirefox(machine('win32', [windows], { ProgramFiles: 'C:\\Program Files' }))).toBe(
      windows,
    );
  });

  it('prefers PATH to the usual folders, and anything to a confined snap', () => {
    const programs = ['/snap/bin/firefox', '/usr/bin/firefox', '/home/ann/bin/firefox-esr'];
    const PATH = '/snap/bin:/home/ann/bin:/usr/bin';
    expect(findFirefox(machine('linux', programs, { PATH }))).toBe('/home/ann/bin/firefox-esr');
    expect(findFirefox(machine('linux', ['/snap/bin/firefox'], { PATH }))).toBe(
      '/snap/bin/firefox',
    );
  });

  it('does not search folders that PATH names relative to the working directory', () => {
    const places = usualPlaces(machine('linux', [], { PATH: '.::bin:/opt/tools' }));
    expect(places.filter((place) => !place.startsWith('/'))).toEqual([]);
    expect(places).toContain('/opt/tools/firefox');
  });

  it('takes PORTHOLE_FIREFOX before all others', () => {
    const env = { PORTHOLE_FIREFOX: '/opt/own/firefox', PATH: '/usr/bin' };
    expect(findFirefox(machine('linux', ['/opt/own/firefox', '/usr/bin/firefox'], env))).toBe(
      '/opt/own/firefox',
    );
  });

  it('says which path is wrong instead of taking another Firefox', () => {
    const env = { PORTHOLE_FIREFOX: '/opt/gone/firefox', PATH: '/usr/bin' };
    expect(() => findFirefox(machine('linux', ['/usr/bin/firefox'], env))).toThrow(
      /PORTHOLE_FIREFOX is \/opt\/gone\/firefox/,
    );
  });

  it('takes a downloaded one only when none is installed', () => {
    const downloaded = '/repo/.cache/firefox/firefox';
    const both = machine('linux', ['/usr/bin/firefox', downloaded]);
    expect(findFirefox(both, downloaded)).toBe('/usr/bin/firefox');
    expect(findFirefox(machine('linux', [downloaded]), downloaded)).toBe(downloaded);
    expect(() => findFirefox(machine('linux', []), downloaded)).toThrow(/was not found/);
  });

  it('says what to do when there is none', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      expect(() => findFirefox(machine(platform, []))).toThrow(/Install it .* PORTHOLE_FIREFOX/);
    }
  });
});
