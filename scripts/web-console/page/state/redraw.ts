/** Throttles redraws: at intervals, within a frame, and not while a snapshot is arriving in pieces. */

export interface Redraw {
  /** Call this when there is something new. */
  news(): void;
  /** Stops drawing while a snapshot arrives, until {@link whole}. */
  hold(): void;
  whole(): void;
}

/**
 * @param interval shortest time between redraws, in ms
 * @param inFrame calls a function in the next frame, with the time
 */
export function createRedraw(
  interval: number,
  inFrame: (draw: (now: number) => void) => void,
  redraw: () => void,
): Redraw {
  let isHeld = false;
  let isScheduled = false;
  let last = -Infinity;

  function draw(now: number): void {
    isScheduled = false;
    if (isHeld) return; // a new snapshot has begun
    last = now;
    redraw();
  }

  function news(): void {
    if (isScheduled || isHeld) return;
    isScheduled = true;
    setTimeout(() => inFrame(draw), Math.max(0, last + interval - performance.now()));
  }

  return {
    news,
    hold: () => void (isHeld = true),
    whole() {
      isHeld = false;
      news();
    },
  };
}
