/** `setup` of a board file: set up by phone, over an access point of the board's own. */

import type { Board, Chip, Setup } from "./board.ts";
import { barred, CHIPS, missing } from "./chips.ts";
import { isObject, type Finding } from "./mistake.ts";
import { inSpoken, t } from "../cli/language.ts";

/** The fields of `onenet` or `mqtt`, as the firmware calls them, that a phone may set. */
export type SetupField = "device" | "authInfo" | "token" | "userName" | "password";

const FIELDS: Readonly<Record<Board["onenet"]["generation"], readonly SetupField[]>> = {
  multiprotocol: ["device", "authInfo"],
  suite: ["device", "token"],
  studio: ["device", "token"],
  plain: ["device", "userName", "password"],
};

/** The platform's fields on a board's page; none of a board that registers itself. */
export function fieldsOf({ setup, onenet }: Board): readonly string[] {
  if (!setup || "registration" in onenet) return [];
  return FIELDS[onenet.generation];
}

export function setupOf({ button, password }: Setup): Setup {
  return { ...(button === undefined ? {} : { button }), password };
}

/** As JavaScript within HTML, in ASCII: in the script, a byte that is none takes four. */
export function inScript(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[<\u{80}-\uffff]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The predicate of a sentence: why a chip cannot be set up by phone. */
const REASONS: Readonly<Partial<Record<Chip, string>>> = {
  esp32c3: t`cannot be an access point and a station at once under Espruino`,
  esp8266: t`has too little memory for the page beside the program`,
};

/** Why a chip cannot be set up by phone, as a sentence; undefined if it can. */
export function whyNoSetup(chip: Chip): string | undefined {
  const reason = REASONS[chip];
  return reason && `${CHIPS[chip].title} ${inSpoken(reason)}`;
}

/** Checks beyond the schema. */
export function* checkSetup({ setup, chip }: Readonly<Record<string, unknown>>): Generator<Finding> {
  if (!isObject(setup) || typeof chip !== "string" || !Object.hasOwn(CHIPS, chip)) return;
  const reason = whyNoSetup(chip as Chip);
  if (reason !== undefined)
    yield {
      pointer: "/setup",
      causes: ["/chip"],
      problem: reason,
      remedy: t`remove it, and write the networks into the board file (docs/setup.md)`,
    };
  const { button } = setup;
  if (reason !== undefined || typeof button !== "number") return;
  const { flash, dead, inputOnly } = CHIPS[chip as Chip];
  const fault = missing(chip as Chip, button) ?? barred(chip as Chip, button, [flash, dead, inputOnly]);
  if (fault !== undefined)
    yield {
      pointer: "/setup/button",
      causes: ["/chip"],
      problem: `${button} ${fault}`,
      remedy: t`choose a pin that can be read and has a pull-up, for example 0, the BOOT button`,
    };
}
