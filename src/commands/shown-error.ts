/** A failure that the renderer has shown already: only the exit code is left to give. */
export class ShownError extends Error {
  override readonly cause: unknown;

  constructor(cause: unknown) {
    super('A run failed and its renderer has shown why');
    this.name = 'ShownError';
    this.cause = cause;
  }
}
