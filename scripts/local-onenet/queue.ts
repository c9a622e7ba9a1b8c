/** A queue. An array would move all other entries whenever the first is removed. */

export class Queue<T> {
  #things: (T | undefined)[] = [];
  /** How many at the beginning have gone already. */
  #gone = 0;

  get length(): number {
    return this.#things.length - this.#gone;
  }

  /** The one that has been in it the longest. */
  first(): T | undefined {
    return this.#things[this.#gone];
  }

  add(thing: T): void {
    this.#things.push(thing);
  }

  /** Takes the first one out. */
  take(): T | undefined {
    const thing = this.first();
    if (thing === undefined) return undefined;
    this.#things[this.#gone++] = undefined;
    // As many move up as have gone, at most: so each moves once, on the average.
    if (this.#gone * 2 >= this.#things.length) {
      this.#things = this.#things.slice(this.#gone);
      this.#gone = 0;
    }
    return thing;
  }

  /** The longest in it first. */
  all(): T[] {
    return this.#things.slice(this.#gone) as T[];
  }
}
