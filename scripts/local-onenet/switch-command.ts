/** Supports `on`, `off` and `toggle` for devices with a thing model, which have properties instead of text commands. */

/**
 * The value a command gives to a lamp's switch, a bool property.
 * @returns undefined unless the command is `on`, `off` or `toggle`
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
