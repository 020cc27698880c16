/** When the packages are installed again. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { stalePackages } from '../../../scripts/bootstrap.mjs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'porthole-bootstrap-'));
  const packages = {
    '': { name: 'demo' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/elsewhere': { version: '1.0.0', integrity: 'sha512-e', optional: true },
  };
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages }));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Does what `npm ci` leaves behind. */
function install(version: string, integrity: string): void {
  mkdirSync(join(folder, 'node_modules', 'a'), { recursive: true });
  writeFileSync(join(folder, 'node_modules', 'a', 'package.json'), '{}');
  const packages = { 'node_modules/a': { version, integrity } };
  const record = join(folder, 'node_modules', '.package-lock.json');
  writeFileSync(record, JSON.stringify({ packages }));
}

it('installs where node_modules is missing', () => {
  expect(stalePackages(folder)).toMatch('missing');
});

it('installs over an interrupted installation', () => {
  mkdirSync(join(folder, 'node_modules', 'a'), { recursive: true });
  expect(stalePackages(folder)).toMatch('missing');
  writeFileSync(join(folder, 'node_modules', '.package-lock.json'), '{"pack');
  expect(stalePackages(folder)).toMatch('not complete');
});

it('leaves what the lockfile says alone, optional packages of other platforms included', () => {
  install('1.0.0', 'sha512-a');
  expect(stalePackages(folder)).toBeNull();
});

it.each([
  ['0.9.0', 'sha512-a'],
  ['1.0.0', 'sha512-b'],
])('installs over version %s with integrity %s', (version, integrity) => {
  install(version, integrity);
  expect(stalePackages(folder)).toMatch('node_modules/a is not the version');
});

it('installs when somebody deleted a package', () => {
  install('1.0.0', 'sha512-a');
  rmSync(join(folder, 'node_modules', 'a'), { recursive: true });
  expect(stalePackages(folder)).toMatch('node_modules/a is missing');
});
