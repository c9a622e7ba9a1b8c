/**
 * An unhandled rejection in a program would end Node's process; a chip only prints a line. So each is passed to the
 * program's realm.
 */

/** The realms' handlers, by the object at the top of their prototype chains. */
const owners = new WeakMap<object, (reason: unknown) => void>();

/**
 * @param top `Object.prototype` of a realm
 * @param report called with the reason, after the program's current callback
 */
export function watchRejections(top: object, report: (reason: unknown) => void): void {
  owners.set(top, report);
  if (!process.listeners("unhandledRejection").includes(onRejection)) {
    process.on("unhandledRejection", onRejection);
  }
}

function onRejection(reason: unknown, promise: Promise<unknown>): void {
  let top: object = promise;
  for (let next: object | null = promise; next; next = Object.getPrototypeOf(next) as object | null)
    top = next;
  if (top !== Object.prototype) owners.get(top)?.(reason);
  // As without this listener.
  else if (process.listenerCount("unhandledRejection") === 1) throw reason;
}
