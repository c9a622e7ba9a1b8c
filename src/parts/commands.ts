/**
 * Commands of a board with parts or words: `<part> <argument>`, `on`, `off`, `toggle` and what else the first light takes,
 * the board's own words, those of its own code, and a JSON object that has a member for each of several parts.
 */

import type { Commands, OwnCommand } from "../app/commands";
import { utf8Fault } from "../mqtt/bytes";
import { asText, member, parseJson, type Json } from "../onenet/json";

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
    const argument = value === true ? "on" : value === false ? "off" : asText(value);
    return visible(name) + ": " + obeyNamed(name, argument, name + " " + argument);
  }

  return {
    obey(text) {
      const whole = trimmed(text, 0);
      const command = (whole.length <= LONGEST_WORD && wordFor(whole.toLowerCase())) || whole;
      const json = command.startsWith("{") && parseJson(command);
      if (json) {
        return Object.keys(json)
          .map((name) => obeyMember(name, member(json, name)))
          .join(", ")
          .substring(0, LONGEST_ANSWER);
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

/** The beginning of a text, with `\x00` for each byte that cannot be seen. */
function visible(text: string): string {
  let end = LONGEST_ECHO;
  // Not within a character.
  while (end && (text.charCodeAt(end) & 192) === 128) end--;
  const shown = text.substring(0, end);
  const highest = utf8Fault(shown) ? 127 : 256;
  let result = "";
  for (let i = 0; i < shown.length; i++) {
    const code = shown.charCodeAt(i);
    const isSeen = code > 31 && code < highest && code !== 127;
    result += isSeen ? shown.charAt(i) : (code < 16 ? "\\x0" : "\\x") + code.toString(16);
  }
  return result + (text.length > end ? "..." : "");
}
