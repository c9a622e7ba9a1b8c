/** A program for testing a generation's profile: it logs every request. */

import type { Program, Properties } from "../../../src/onenet/profile.ts";

export interface Asked {
  readonly program: Program;
  /** What the profile did since the last look, one line each. */
  readonly after: (action: () => void) => string[];
  /** Whether the platform accepted each latest request that it answered. */
  readonly answers: readonly boolean[];
}

export function createProgram(): Asked {
  let log: string[] = [];
  const answers: boolean[] = [];
  return {
    answers,
    program: {
      publish(topic, payload, retain) {
        log.push(`${retain ? "retain" : "publish"} ${topic} ${payload}`);
      },
      obey(command) {
        log.push(`obey ${command}`);
        return command.startsWith("fail") ? "error: no sensor" : `answer to ${command}`;
      },
      last: (stream) => [12.5][stream],
      say: (line) => log.push(line),
      checkForUpdate: (message) =>
        log.push(`check for an update${message === undefined ? "" : `: ${message}`}`),
      announce: () => log.push("announce"),
      answered: (isAccepted) => answers.push(isAccepted),
    },
    after(action) {
      log = [];
      action();
      return log;
    },
  };
}

/** A lamp's properties: bool `led`, text `colour`. */
export function createLampProperties(): Properties {
  const values: Record<string, boolean | string> = { led: false, colour: "#000000" };
  return {
    names: Object.keys(values),
    set(name, value) {
      if (typeof value !== typeof values[name]) return false;
      values[name] = value as boolean | string;
      return true;
    },
    get: (name) => values[name],
  };
}
