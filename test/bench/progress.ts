/** What is under way, on the standard error: the report itself goes into files. */
export class Progress {
  readonly #startedAtMs = Date.now();
  #measure = '';

  start(measure: string): void {
    this.#measure = measure;
    this.#say(`${measure} …`, '\n');
  }

  step(where: string): void {
    if (process.stderr.isTTY) this.#say(`${this.#measure}: ${where}`, '');
  }

  done(said: string): void {
    this.#say(`  ${said}`, '\n');
  }

  #say(text: string, end: string): void {
    const seconds = Math.round((Date.now() - this.#startedAtMs) / 1000);
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    process.stderr.write(`${process.stderr.isTTY ? '\r\u001b[K' : ''}[${time}] ${text}${end}`);
  }
}
