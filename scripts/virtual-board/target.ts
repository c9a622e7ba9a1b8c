/** The arguments of `net.connect`, `tls.connect` and `http.request`, read as Espruino does (jswrap_net.c). */

/** @returns the options, parsed if a URL; undefined, after printing an error, if the arguments are invalid */
export function readOptions(
  options: unknown,
  callback: unknown,
  print: (line: string) => void,
): Record<string, unknown> | undefined {
  const given = typeof options === "string" ? parseUrl(options) : options;
  if (typeof given !== "object" || given === null) {
    print(`ERROR: Expecting Options to be an Object but it was ${typeName(given)}`);
    return undefined;
  }
  if (callback !== undefined && typeof callback !== "function") {
    print(`ERROR: Expecting Callback Function but got ${typeName(callback)}`);
    return undefined;
  }
  return given as Record<string, unknown>;
}

/** The target host, and its port or 0. */
export function readTarget(
  options: Readonly<Record<string, unknown>>,
  toText: (value: unknown) => string,
): { host: string; port: number } {
  const { host, port } = options;
  return { host: host === undefined ? "127.0.0.1" : toText(host), port: Number(port) & 0xffff };
}

/** What `http.request` needs of Espruino's `url.parse`: user names and fragments are left in place. */
function parseUrl(url: string): Record<string, unknown> {
  const [, protocol, host = "", port, path = ""] =
    /^(?:([^/:]*:)\/\/)?([^/:]*)(?::(\d*))?(.*)$/s.exec(url) ?? [];
  const known = protocol === undefined ? {} : { protocol };
  return { ...known, method: "GET", host, port: Number(port) || null, path: path || "/" };
}

/** A type's name in Espruino's errors. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  const name = typeof value;
  return name.charAt(0).toUpperCase() + name.slice(1);
}
