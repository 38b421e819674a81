/** A fault that the user of the command can mend; its message is all that is shown of it. */
export class InitError extends Error {
  override readonly name = 'InitError';
}
