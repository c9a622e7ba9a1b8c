/** A queue. Removing the first entry of an array would move all others. */

export class Queue<T> {
  #things: (T | undefined)[] = [];
  /** Number of entries already removed from the front. */
  #gone = 0;

  get length(): number {
    return this.#things.length - this.#gone;
  }

  /** The oldest entry. */
  first(): T | undefined {
    return this.#things[this.#gone];
  }

  add(thing: T): void {
    this.#things.push(thing);
  }

  /** Removes the oldest entry. */
  take(): T | undefined {
    const thing = this.first();
    if (thing === undefined) return undefined;
    this.#things[this.#gone++] = undefined;
    // Moves at most as many entries as have been removed, so each moves once on average.
    if (this.#gone * 2 >= this.#things.length) {
      this.#things = this.#things.slice(this.#gone);
      this.#gone = 0;
    }
    return thing;
  }

  /** All entries, oldest first. */
  all(): T[] {
    return this.#things.slice(this.#gone) as T[];
  }
}
