/**
 * Commands of a board with parts or words: `<part> <argument>`, `on`, `off`, `toggle` and what else the first light takes,
 * the board's own words, those of its own code, and a JSON object that has a member for each of several parts.
 */

import { textSettings } from "virtual:features";
import type { Commands, OwnCommand } from "../app/commands";
import { utf8Fault } from "../mqtt/bytes";
import { asText, member, parseJson, type Json, type JsonObject } from "../onenet/json";

/** Longest text that is compared with words, in bytes; none is longer. */
const LONGEST_WORD = 64;
/** Most bytes of an unknown command in the answer to it. */
const LONGEST_ECHO = 32;
/** Longest answer to a JSON object, in bytes. */
const LONGEST_ANSWER = 256;

/**
 * @param obeyPart obeys a command by its name in lower case; undefined for an unknown one
 * @param wordFor the command that a text in lower case stands for; empty if it is no word
 * @param known what would have been understood, for the answer to an unknown command
 */
export function createPartCommands(
  obeyPart: OwnCommand,
  wordFor: (text: string) => string,
  known: () => string,
): Commands {
  let count = 0;

  /** @param arrived what to show if it is unknown */
  function obeyNamed(name: string, argument: string, arrived: string): string {
    const answer = obeyPart(name.toLowerCase(), argument);
    if (answer === undefined) return 'error: unknown command "' + visible(arrived) + '"; try ' + known();
    if (!answer.startsWith("error: ")) count++;
    return answer;
  }

  function obeyMember(name: string, value: Json | undefined): string {
    // No setting takes a NUL: an object, a list and null are no text.
    const isNone = textSettings && typeof value === "object";
    const argument = value === true ? "on" : value === false ? "off" : isNone ? "\0" : asText(value);
    return visible(name) + ": " + obeyNamed(name, argument, name + " " + argument);
  }

  return {
    obey(text) {
      const whole = trimmed(text, 0);
      const command = (whole.length <= LONGEST_WORD && wordFor(whole.toLowerCase())) || whole;
      const json = command.startsWith("{") && parseJson(command);
      if (json) {
        let answer = "";
        // Without a list of the names, which takes as much memory as the object.
        for (const name in json as JsonObject) {
          const next = obeyMember(name, member(json, name));
          // What does not fit is not kept: many answers take more memory than there is.
          if (answer.length < LONGEST_ANSWER) answer += (answer ? ", " : "") + next;
        }
        return cut(answer, LONGEST_ANSWER);
      }
      let at = 0;
      // No name is longer.
      while (at < command.length && at <= LONGEST_WORD && command.charCodeAt(at) > 32) at++;
      return obeyNamed(command.substring(0, at), trimmed(command, at), text);
    },
    count: () => count,
  };
}

/** The text from an offset, without white space around it. `trim` would also take bytes of UTF-8. */
function trimmed(text: string, start: number): string {
  let end = text.length;
  while (end > start && text.charCodeAt(end - 1) < 33) end--;
  while (start < end && text.charCodeAt(start) < 33) start++;
  // No copy without need: a command may fill a packet.
  return start || end < text.length ? text.substring(start, end) : text;
}

/** The beginning of a text of UTF-8, without a part of a character. */
function cut(text: string, most: number): string {
  while (most && (text.charCodeAt(most) & 192) === 128) most--;
  return text.substring(0, most);
}

/** The beginning of a text, with `\x00` for each byte that cannot be seen. */
function visible(text: string): string {
  const shown = cut(text, LONGEST_ECHO);
  const highest = utf8Fault(shown) ? 127 : 256;
  let result = "";
  for (let i = 0; i < shown.length; i++) {
    const code = shown.charCodeAt(i);
    const isSeen = code > 31 && code < highest && code !== 127;
    result += isSeen ? shown.charAt(i) : (code < 16 ? "\\x0" : "\\x") + code.toString(16);
  }
  return result + (text.length > shown.length ? "..." : "");
}
