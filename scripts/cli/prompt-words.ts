/** The prompts' own words in the language of the command. */

import { styleText } from "node:util";
import { t } from "./language.ts";

const ACTIONS: Readonly<Record<string, string>> = {
  navigate: t`navigate`,
  select: t`select`,
  "toggle visibility": t`show or hide`,
};

/** For a list to choose from, and for a secret. */
export const SELECT_STYLE = {
  keysHelpTip: (keys: readonly (readonly [key: string, action: string])[]): string =>
    keys
      .map(([key, action]) => `${styleText("bold", key)} ${styleText("dim", ACTIONS[action] ?? action)}`)
      .join(styleText("dim", " • ")),
};

/** For a question with yes and no; `y` and `n` are answers in every language. */
export const YES_OR_NO = {
  yes: t`Yes`,
  no: t`No`,
  error: ({ yes, no }: { readonly yes: string; readonly no: string }): string =>
    t`You must answer with "${yes}" or "${no}"`,
};
