/** `on`, `emit`, `removeListener` and `removeAllListeners`, which every object in Espruino has. */
import { EspruinoError, type Fn, type Realm } from "./realm.ts";
import type { Loop } from "./loop.ts";

export interface Emitter {
  /** Queues a call of each current listener of `target` for `event`. */
  emit(target: object, event: string, ...args: unknown[]): void;
  /** @throws EspruinoError if `listener` is not a function */
  on(target: unknown, event: unknown, listener: unknown): void;
  listeners(target: object, event: string): readonly Fn[];
}

export function installEmitter(realm: Realm, loop: Loop): Emitter {
  const all = new WeakMap<object, Map<string, Fn[]>>();
  const listeners = (target: object, event: string): readonly Fn[] => all.get(target)?.get(event) ?? [];

  function emit(target: object, event: string, ...args: unknown[]): void {
    for (const listener of listeners(target, event)) loop.queue(() => realm.call(listener, target, ...args));
  }

  function events(target: unknown): Map<string, Fn[]> {
    if (target === null || (typeof target !== "object" && typeof target !== "function")) {
      throw new EspruinoError("Parent must be an object - not a String, Integer, etc.");
    }
    let map = all.get(target);
    if (map === undefined) all.set(target, (map = new Map<string, Fn[]>()));
    return map;
  }

  function on(target: unknown, event: unknown, listener: unknown): void {
    if (typeof event !== "string") throw new EspruinoError("First argument must be String", "TypeError");
    if (typeof listener !== "function") {
      throw new EspruinoError("Second argument must be a function or a String", "TypeError");
    }
    events(target).set(event, [...listeners(target as object, event), listener as Fn]);
  }

  realm.patch("Object.prototype", {
    on(this: unknown, event: unknown, listener: unknown) {
      on(this, event, listener);
    },
    emit(this: unknown, event: unknown, ...args: unknown[]) {
      emit(this as object, String(event), ...args);
    },
    removeListener(this: unknown, event: unknown, listener: unknown) {
      const left = [...listeners(this as object, String(event))];
      const index = left.indexOf(listener as Fn);
      if (index >= 0) left.splice(index, 1);
      events(this).set(String(event), left);
    },
    removeAllListeners(this: unknown, event: unknown) {
      if (event === undefined) events(this).clear();
      else if (typeof event === "string") events(this).delete(event);
    },
  });

  return { emit, on, listeners };
}
