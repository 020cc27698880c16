/** Style sheets of parts that are loaded later: as text, for an element of their own. */
declare module '*.css?inline' {
  const text: string;
  // oxlint-disable-next-line import/no-default-export -- this is how the bundler gives it
  export default text;
}
