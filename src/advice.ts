/** The end of a console line: the setting of the board file that its reader should check. */
export function checkSetting(setting: string): string {
  return ": check " + setting + " in the board file";
}
