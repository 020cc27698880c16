import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { servePages, type PageServer } from '../../../src/cli/page-server.js';

let folder: string;
let server: PageServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'porthole-test-'));
  mkdirSync(join(folder, 'pages'));
  mkdirSync(join(folder, 'pages-secret'));
  writeFileSync(join(folder, 'pages', 'page.html'), '<p>Grüezi');
  writeFileSync(join(folder, 'pages', 'a b.txt'), 'spaced');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'pages-secret', 'x.txt'), 'secret');
  server = await servePages(join(folder, 'pages'));
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** Sends the path as it is; fetch would tidy it first. */
function get(path: string): Promise<{ status: number; type: string; body: string }> {
  const { port } = new URL(server.origin);
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers['content-type'] ?? '',
          body,
        }),
      );
    })
      .on('error', reject)
      .end();
  });
}

describe('servePages', () => {
  it('serves the files of its folder, with their types', async () => {
    expect(await get('/page.html?x=1')).toEqual({
      status: 200,
      type: 'text/html; charset=utf-8',
      body: '<p>Grüezi',
    });
    expect((await get('/a%20b.txt')).body).toBe('spaced');
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/..%5csecret.txt',
    '/../pages-secret/x.txt',
    '//secret.txt',
    '/%00',
    '/%',
    '/',
    '/missing.html',
  ])('serves nothing else: %s', async (path) => {
    const { status, body } = await get(path);
    expect(status).toBe(404);
    expect(body).not.toContain('secret');
  });

  it('listens on the loopback address alone', () => {
    expect(new URL(server.origin).hostname).toBe('127.0.0.1');
  });
});
