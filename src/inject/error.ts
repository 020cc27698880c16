/** The one error this folder throws on purpose, so that callers can tell bad input from a bug. */

/** Something about the input or the output place makes an instrumented copy impossible. */
export class InjectError extends Error {
  override readonly name = 'InjectError';

  /**
   * @param message names the thing, the context and the remedy; fit to be shown as it stands
   * @param file the file, folder or archive entry it is about
   */
  constructor(
    message: string,
    readonly file: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
