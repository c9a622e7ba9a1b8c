/**
 * The log that an ESP32's radio driver writes to the serial port in Espruino 2v26 to 2v29: lines such as `I (123)
 * wifi:…`, between the program's lines and in the middle of them.
 */
import type { WifiState } from "./wifi.ts";

export interface DriverLog {
  /** Logs a new state of the radio. */
  wifi(state: WifiState): void;
  /** @returns what reaches the port if the console writes `bytes` */
  through(bytes: string): string;
}

const LINES: Readonly<Record<WifiState, readonly string[]>> = {
  connecting: ["mode : sta (24:0a:c4:00:00:01)", "state: init -> auth (b0)"],
  connected: ["state: assoc -> run (10)", "connected with aid = 1, channel 6, BW20", "pm start, type: 1"],
  off: ["state: run -> init (2c0)", "pm stop, total sleep time: 0 us / 0 us", "flush txq"],
};

/**
 * @param uptime in ms
 * @param send writes log lines to the port
 */
export function createDriverLog(uptime: () => number, send: (bytes: string) => void): DriverLog {
  /** The log line that will interrupt the program's next line. */
  let pending = "";
  return {
    wifi(state) {
      const lines = LINES[state].map((text) => `I (${Math.round(uptime())}) wifi:${text}\r\n`);
      send(pending + lines.slice(1).join(""));
      pending = lines[0] ?? "";
    },
    through(bytes) {
      if (pending === "" || bytes.trim().length < 2) return bytes;
      const middle = Math.ceil(bytes.trimEnd().length / 2);
      const broken = bytes.slice(0, middle) + pending + bytes.slice(middle);
      pending = "";
      return broken;
    },
  };
}
