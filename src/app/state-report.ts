/** Publishes the LED's state to a topic that keeps it: at each log-in, and after each change, whatever caused it. */

export interface StateReportParts {
  /** The state now; never empty. */
  state(): string;
  /** Whether it can be published now. */
  isReady(): boolean;
  /** Publishes it; negative when it could not. */
  publish(state: string): number;
}

export interface StateReport {
  /** The board can be reached: sends the state, whatever the server has. */
  online(): void;
  /** Publishes the state if it has changed; call it again later, in case it could not. */
  update(): void;
}

export function createStateReport(parts: StateReportParts): StateReport {
  /** The state that the server has; empty when unknown. */
  let published = "";

  function update(): void {
    const state = parts.state();
    if (parts.isReady() && state !== published && parts.publish(state) >= 0) published = state;
  }

  return {
    online() {
      published = "";
      update();
    },
    update,
  };
}
