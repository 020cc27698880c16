/** Pages of the documentation, as text. */
declare module '*.md?raw' {
  const text: string;
  // oxlint-disable-next-line import/no-default-export -- this is how the bundler gives it
  export default text;
}
