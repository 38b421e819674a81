const TWO_TO_32 = 2 ** 32;

/** Numbers from a seed, the same on every machine: xoshiro128++, whose period no fleet comes to the end of. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(seed: number) {
    let state = seed | 0;
    const mix = (): number => {
      state = (state + 0x9e3779b9) | 0;
      let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
      mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
      return (mixed ^ (mixed >>> 16)) | 0;
    };
    this.#a = mix();
    this.#b = mix();
    this.#c = mix();
    // All four zero would stay so.
    this.#d = mix() | 1;
  }

  /** In [0, 1). */
  next(): number {
    const sum = (this.#a + this.#d) | 0;
    const result = (((sum << 7) | (sum >>> 25)) + this.#a) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result / TWO_TO_32;
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  /** The time to the next of events that come at random, `mean` apart. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }
}
