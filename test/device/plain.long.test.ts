import { it } from "vitest";
import { QUALITIES } from "../support/boards.ts";
import { answersManyCommands } from "../support/many-commands.ts";

it.each(QUALITIES)(
  "120 commands at once, at QoS %i, clean session %s, are all answered",
  answersManyCommands,
);
