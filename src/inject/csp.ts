/** Tells whether a page's Content-Security-Policy lets the added script run. */

/**
 * @param policy the text of one Content-Security-Policy
 * @returns whether it lets a page load a script file of its own origin
 * @see https://www.w3.org/TR/CSP3/#script-src-elem-pre-request
 */
export function allowsOwnScripts(policy: string): boolean {
  const directives = new Map<string, string[]>();
  for (const part of policy.split(';')) {
    const [name = '', ...sources] = part.trim().toLowerCase().split(/\s+/);
    // A directive given twice counts once: the first.
    if (!directives.has(name)) directives.set(name, sources);
  }
  const sources =
    directives.get('script-src-elem') ??
    directives.get('script-src') ??
    directives.get('default-src');
  if (!sources) return true;
  return (
    !sources.includes("'strict-dynamic'") &&
    (sources.includes("'self'") || sources.includes('moz-extension:'))
  );
}
