/** Filters a board's output for a terminal or a pipe: it may contain control sequences. */

/* oxlint-disable no-control-regex -- this file is about control characters */

/**
 * Sequences that Espruino's console needs: cursor, erasing, colours, no wrapping. A terminal replies to none of them.
 */
const WANTED = /^\x1b\[(?:[0-9;]*[ABCDHJKm]|\?7[hl])$/;

/**
 * An ESC sequence, a C1 control in UTF-8, or any control character except tab, line ends and backspace. Also the first
 * byte of a C1 control alone: its second may follow a sequence that is removed.
 */
const CONTROL =
  /\x1b(?:\[[0-?]*[ -/]*[@-~]?|[^\x1b[])?|\xc2(?:[\x80-\x9f]|(?![\xa0-\xbf]))|[\0-\x07\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]/g;

/** An incomplete sequence, which the next bytes may complete. */
const BEGINNING = /(?:\x1b(?:\[[0-?]{0,32}[ -/]{0,4})?|\xc2)$/;

/**
 * @param isTerminal whether output goes to a terminal; anything else gets plain text
 * @returns a filter for bytes, which may be cut anywhere
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
