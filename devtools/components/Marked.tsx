/** Text with what was looked for marked in it. */

import { marksIn } from '../arithmetic/payload-search.js';

export function Marked({ text, find }: { readonly text: string; readonly find: string }) {
  const marks = marksIn(text, find);
  if (marks.length === 0) return <>{text}</>;
  return (
    <>
      {marks.map(([from, to], index) => (
        <span key={from}>
          {text.slice(marks[index - 1]?.[1] ?? 0, from)}
          <mark>{text.slice(from, to)}</mark>
        </span>
      ))}
      {text.slice(marks.at(-1)?.[1] ?? 0)}
    </>
  );
}
