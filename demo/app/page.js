/** Does a thing now and again, never twice at once: one that waits for a token holds up the next. */
export async function askAgain(pauseMs, task) {
  for (;;) {
    await task().catch((error) => say(`Failed: ${error.message}`));
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

export function say(text) {
  document.querySelector('#said').textContent = text;
}
