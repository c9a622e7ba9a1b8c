/** The end of a line on the console: what its reader can do about it. */
export function checkSetting(setting: string): string {
  return ": check " + setting + " in the board file";
}
