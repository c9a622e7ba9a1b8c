/** Publishes the state of each part to a topic that keeps it: at each log-in, and after each change, whatever caused it. */

import { sized } from "../mqtt/bytes";

export interface PartStatesParts {
  /** Number of states. */
  readonly count: number;
  /** The topic of a state, by its number, from 0. */
  topic(index: number): string;
  /** A state now; never empty. */
  state(index: number): string;
  /** Time until a measured value is looked at again, in s; 0 for a state that is looked at each time. */
  period(index: number): number;
  /** Whether something can be published now. */
  isReady(): boolean;
  /** Publishes a state; negative when it could not. */
  publish(topicField: string, state: string): number;
}

export interface PartStates {
  /** The board can be reached: sends all states, whatever the server has. */
  online(): void;
  /**
   * Publishes what has changed; call it again later, in case it could not.
   * @param now time, in ms; 0: a command may have changed anything
   */
  update(now: number): void;
}

export function createPartStates(parts: PartStatesParts): PartStates {
  /** What the server has. */
  let published: string[] = [];
  /** When each state is to be looked at again. */
  const dueAt: number[] = [];

  function update(now: number): void {
    for (let i = 0; i < parts.count && parts.isReady(); i++) {
      if (now && now < (dueAt[i] as number)) continue;
      const state = parts.state(i);
      if (state === published[i] || parts.publish(sized(parts.topic(i)), state) >= 0) {
        published[i] = state;
        dueAt[i] = now + parts.period(i) * 1000;
      }
    }
  }

  return {
    online() {
      published = [];
      update(0);
    },
    update,
  };
}
