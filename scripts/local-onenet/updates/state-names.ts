/** What the states of an update's task are called. */

import type { t as Tag } from "../../cli/language.ts";
import type { TaskState } from "./task.ts";

/** @param t the tag that makes texts for the reader */
export function stateName(state: TaskState, t: typeof Tag): string {
  switch (state) {
    case "waiting":
      return t`waiting`;
    case "downloading":
      return t`downloading`;
    case "upgrading":
      return t`upgrading`;
    case "done":
      return t`done`;
    case "failed":
      return t`failed`;
    case "cancelled":
      return t`cancelled`;
  }
}
