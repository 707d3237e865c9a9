// A seeded generator: the same seed gives the same data on every machine.

/** Numbers, picks and bytes from one 32-bit state (mulberry32). Not for secrets. */
export class Random {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** @returns {number} in [0, 1) */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** @returns {number} an integer in [0, bound) */
  below(bound) {
    return Math.floor(this.next() * bound);
  }

  /** @returns {number} an integer in [low, high] */
  between(low, high) {
    return low + this.below(high - low + 1);
  }

  pick(array) {
    return array[this.below(array.length)];
  }

  /** @returns {Array} `count` different members of `array`, in random order */
  sample(array, count) {
    const left = [...array];
    return Array.from({ length: count }, () => left.splice(this.below(left.length), 1)[0]);
  }

  bytes(length) {
    const bytes = Buffer.alloc(length);
    for (let i = 0; i < length; i++) {
      bytes[i] = this.below(256);
    }
    return bytes;
  }
}
