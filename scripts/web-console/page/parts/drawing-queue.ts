/** Runs slow drawings one per frame, so that no frame gets long. */

const queue = new Set<() => void>();

/** Runs it once in an upcoming frame, however often it is requested; not while the page is hidden. */
export function drawSoon(draw: () => void): void {
  if (queue.size === 0) requestAnimationFrame(drawNext);
  queue.add(draw);
}

export function forgetDrawing(draw: () => void): void {
  queue.delete(draw);
}

function drawNext(): void {
  const [draw] = queue;
  if (!draw) return;
  queue.delete(draw);
  if (queue.size > 0) requestAnimationFrame(drawNext);
  draw();
}
