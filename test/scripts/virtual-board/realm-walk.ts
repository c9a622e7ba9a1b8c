/** Finds values from outside a virtual board's realm, along every path from a value its program has. */
import vm from "node:vm";

/** Longest path reported whole, in characters. */
const LONG = 200;

interface Property {
  readonly value?: unknown;
  readonly get?: unknown;
  readonly set?: unknown;
}

/** A finding: where it is, and what is wrong. */
export type Stray = string;

/**
 * Follows properties with any key, results and exceptions of getters, prototypes and constructors.
 * @param context the board's
 * @param roots by the names to report
 * @returns a line for each value from outside the realm, or that reaches Node
 */
export function walk(
  context: vm.Context,
  roots: Readonly<Record<string, unknown>>,
): { strays: Stray[]; count: number } {
  const top = vm.runInContext("Object.getPrototypeOf({})", context) as object;
  // Evaluated in the realm, as the program does: some properties depend on the caller's realm.
  const describe = vm.runInContext("Object.getOwnPropertyDescriptor", context) as (
    of: object,
    key: PropertyKey,
  ) => Property | undefined;
  const seen = new Set<unknown>();
  const tried = new Set<unknown>();
  const strays: Stray[] = [];
  const waiting: { value: unknown; path: string }[] = [];

  function add(value: unknown, path: string): void {
    if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value))
      return;
    seen.add(value);
    waiting.push({ value, path: path.length > LONG ? `…${path.slice(-LONG)}` : path });
  }

  function look(value: object, path: string): void {
    const last = topOf(value);
    if (last !== top && !isBare(value)) {
      strays.push(`${path}: its prototypes end elsewhere`);
      return; // everything below it is Node's, without end
    }
    add(Object.getPrototypeOf(value), `${path}.__proto__`);
    for (const key of Reflect.ownKeys(value)) {
      const at = `${path}.${String(key)}`;
      const { value: item, get, set } = describe(value, key) ?? {};
      add(item, at);
      add(get, `${at} (getter)`);
      add(set, `${at} (setter)`);
      for (const self of [value, Object.create(value) as object]) {
        if (get) add(outcome(get, self, []), `${at} (got)`);
      }
    }
    if (typeof value === "function") tryCode(value, path);
  }

  /** Makes a function's constructor compile text. */
  function tryCode(value: object, path: string): void {
    const { constructor } = value;
    add(constructor, `${path}.constructor`);
    if (typeof constructor !== "function" || tried.has(constructor)) return;
    tried.add(constructor);
    const made = outcome(constructor, undefined, ["return typeof process.pid"]);
    add(made, `${path}.constructor()`);
    if (typeof made !== "function") return;
    const type = outcome(made, undefined, []);
    add(type, `${path}.constructor()()`);
    if (typeof type === "string" && type !== "undefined")
      strays.push(`${path}: its constructor reaches Node`);
  }

  for (const [name, root] of Object.entries(roots)) add(root, name);
  for (let next = waiting.pop(); next; next = waiting.pop()) look(next.value as object, next.path);
  return { strays, count: seen.size };
}

/** A function's result or exception. */
function outcome(called: unknown, self: unknown, args: unknown[]): unknown {
  try {
    return Reflect.apply(called as () => unknown, self, args);
  } catch (error) {
    return error instanceof TypeError || error instanceof RangeError ? undefined : error; // caused by this call
  }
}

function topOf(value: object): object {
  let last = value;
  for (let next: object | null = value; next; next = Object.getPrototypeOf(next) as object | null)
    last = next;
  return last;
}

/** Whether it has no prototype at all; then its properties count. */
function isBare(value: object): boolean {
  return Object.getPrototypeOf(value) === null && value !== Object.prototype;
}
