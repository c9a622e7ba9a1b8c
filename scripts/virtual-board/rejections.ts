/**
 * A promise of a program's that is rejected, and that nobody looks after, ends Node's process unless somebody says whose
 * it is. A chip prints a line.
 */

/** Of the programs' realms, by the objects at the top of their prototype chains. */
const owners = new WeakMap<object, (reason: unknown) => void>();

/**
 * @param top `Object.prototype` of a realm
 * @param tell gets what the promise was rejected with, once its program's callback is over
 */
export function watchRejections(top: object, tell: (reason: unknown) => void): void {
  owners.set(top, tell);
  if (!process.listeners("unhandledRejection").includes(onRejection)) {
    process.on("unhandledRejection", onRejection);
  }
}

function onRejection(reason: unknown, promise: Promise<unknown>): void {
  let top: object = promise;
  for (let next: object | null = promise; next; next = Object.getPrototypeOf(next) as object | null)
    top = next;
  if (top !== Object.prototype) owners.get(top)?.(reason);
  // As it would be if nobody listened.
  else if (process.listenerCount("unhandledRejection") === 1) throw reason;
}
