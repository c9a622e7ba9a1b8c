/** Lets through to a terminal, or a pipe, what is meant for it: a board's text may hold what drives a terminal. */

/* eslint-disable no-control-regex -- control characters are what this file is about */

/** What Espruino's console needs of a terminal: cursor, erasing, colours, no wrapping. A terminal answers none of them. */
const WANTED = /^\x1b\[(?:[0-9;]*[ABCDHJKm]|\?7[hl])$/;

/** ESC with what belongs to it, a C1 control in UTF-8, and every control character but tab, line ends and backspace. */
const CONTROL =
  /\x1b(?:\[[0-?]*[ -/]*[@-~]?|[^\x1b[])?|\xc2[\x80-\x9f]|[\0-\x07\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]/g;

/** The beginning of one, whose end may be in the next bytes. */
const BEGINNING = /(?:\x1b(?:\[[0-?]{0,32}[ -/]{0,4})?|\xc2)$/;

/**
 * @param isTerminal whether the cursor can be moved there; what is no terminal gets text only
 * @returns takes bytes, which may be cut anywhere, and gives those that may pass
 */
export function createTerminalFilter(isTerminal: boolean): (bytes: Buffer) => Buffer {
  let rest = "";
  return (bytes) => {
    const text = rest + bytes.toString("latin1");
    rest = BEGINNING.exec(text)?.[0] ?? "";
    const whole = text.slice(0, text.length - rest.length);
    const passed = whole.replace(CONTROL, (control) => (isTerminal && WANTED.test(control) ? control : ""));
    return Buffer.from(isTerminal ? passed : passed.replaceAll("\b", ""), "latin1");
  };
}
