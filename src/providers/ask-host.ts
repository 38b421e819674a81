/**
 * One question to a host, which may never answer, or throw instead of rejecting: the promise ends with the signal at
 * the latest. What the host says after that is dropped, also a rejection, which would otherwise be an uncaught one.
 */
export function askHost<Answer>(
  signal: AbortSignal,
  question: () => Answer | PromiseLike<Answer>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const end = (): void => reject(signal.reason as Error);
    const settled = (): void => signal.removeEventListener('abort', end);
    signal.addEventListener('abort', end, { once: true });
    // In a function of its own, so that what is thrown at once comes after the listener, too.
    const answer = (async () => question())();
    answer.then(resolve, reject).finally(settled);
  });
}

/**
 * @param otherwise what to say where the answer is no token: what happened, and what to do. Never the answer itself
 * @throws {Error}
 */
export function tokenText(answer: unknown, otherwise: string): string {
  if (typeof answer === 'string' && answer !== '') return answer;
  throw new Error(otherwise);
}
