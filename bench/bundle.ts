/** TypeScript that runs in pages, as one plain script. */
import { build } from 'vite';

/**
 * @param entry absolute path of a module without exports
 * @returns the script's text
 */
export async function scriptOf(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'firefox140',
      minify: false,
      lib: { entry, formats: ['iife'], name: 'bench', fileName: () => 'script.js' },
    },
  });
  const outputs = Array.isArray(built) ? built : [built];
  for (const output of outputs) {
    if (!('output' in output)) continue;
    const [chunk] = output.output;
    return chunk.code;
  }
  throw new Error(`${entry} gave no script`);
}
