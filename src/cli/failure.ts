/** Errors that are the person's to fix: told in one line, without a stack. */

export class Failure extends Error {
  override readonly name = 'Failure';

  /**
   * @param message what is wrong and what to do about it
   * @param exitCode of the process, 1 unless a signal asked for the end
   */
  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message);
  }
}
