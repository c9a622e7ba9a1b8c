/** `on`, `off` and `toggle` for a device with a thing model, which knows properties and no such commands. */

/**
 * The value that a lamp's switch, a bool property, gets by a command.
 * @returns undefined for any command but `on`, `off` and `toggle`
 */
export function switchedTo(command: string, isLit: () => boolean): boolean | undefined {
  switch (command) {
    case "on":
      return true;
    case "off":
      return false;
    case "toggle":
      return !isLit();
    default:
      return undefined;
  }
}
