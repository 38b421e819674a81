/** `empty`: there is nothing to draw. `not-a-number`: there is a value that has no place. */
export class PlotError extends Error {
  override readonly name = 'PlotError';

  constructor(
    readonly code: 'empty' | 'not-a-number',
    message: string,
  ) {
    super(message);
  }
}

/** @throws {PlotError} where one of the values is not finite */
export function assertNumbers(values: Iterable<number>, where: string): void {
  for (const value of values) {
    if (!Number.isFinite(value)) throw new PlotError('not-a-number', `${where} holds ${value}`);
  }
}
