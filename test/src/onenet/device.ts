/** A device that a generation's profile is tried on: what it is asked to do is written down. */

import type { Device, Properties } from "../../../src/onenet/profile.ts";

export interface Asked {
  readonly device: Device;
  /** What the profile did since the test last looked, a line each. */
  readonly after: (action: () => void) => string[];
}

export function createDevice(): Asked {
  let log: string[] = [];
  return {
    device: {
      publish(topic, payload, retain) {
        log.push(`${retain ? "retain" : "publish"} ${topic} ${payload}`);
      },
      obey(command) {
        log.push(`obey ${command}`);
        return command.startsWith("fail") ? "error: no sensor" : `answer to ${command}`;
      },
      last: (stream) => [12.5][stream],
      say: (line) => log.push(line),
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
