import { expect, test } from 'vitest';
import { tracePayload } from '../../../src/model/trace-payload.js';
import type { PayloadRef } from '../../../src/model/types.js';

const written = (text: string) =>
  tracePayload(
    {
      form: 'json',
      bytes: text.length,
      segment: 1,
      offset: 0,
      length: text.length,
    } satisfies PayloadRef,
    {
      payloadText: () => text,
    },
  );

test('what is nested too deeply for a line of JSON says so; brackets in strings are no levels', () => {
  const deep = `${'['.repeat(1_001)}${']'.repeat(1_001)}`;
  expect(written(deep)).toEqual({
    bytes: 2_002,
    payloadUnreadable: 'It is nested deeper than 1000 levels.',
  });
  const objects = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
  expect(written(objects).payload).toBeUndefined();
  for (const text of [
    JSON.stringify('['.repeat(5_000)),
    JSON.stringify({ '[\\"': '{'.repeat(5_000) }),
    JSON.stringify(Array.from({ length: 3_000 }, () => [])),
    `${'['.repeat(1_000)}${']'.repeat(1_000)}`,
  ]) {
    expect(written(text).payload).toEqual(JSON.parse(text));
  }
});
