/** The module of constants that the build makes of a board file. */
declare module "virtual:board" {
  type Board = import("./board").Board;
  type Value = import("./onenet/json").Value;

  export const title: Board["title"];
  export const led: Board["led"];
  export const wifi: Board["wifi"];
  export const onenet: Board["onenet"];
  /** For a board that gets its credentials from the platform. */
  export const registration: import("./board").Registration | undefined;
  /** Longest wait between two tries, in ms. */
  export const longestWait: number;
  /** Longest wait for any answer of the server, in ms. */
  export const responseTimeout: number;
  /** Largest packet that is taken from the server, in bytes of Remaining Length. */
  export const maximumPacket: number;
  /** Most bytes of data points that wait for the platform. */
  export const outboxLimit: number;
  /** What must be free in flash for anything to be kept there, in bytes. */
  export const room: number;
  /** What the chip offers to the neighbourhood, and the board file does not ask for. */
  export const bluetooth: boolean;
  export const telnet: boolean;
  /** What every console asks for; none when empty. */
  export const consolePassword: string;
  /** Time without a platform after which the board restarts, in ms; 0: never. */
  export const withoutPlatform: number;
  /** What a saved outbox must have been made with: another one's records are of other streams. */
  export const format: string;
  /** The time of day, for a board that reports it. */
  export const clock:
    | {
        /**
         * Asks the network for it when it is time to; to be called once there is one, and at each tick while there is.
         * @param now time by ticks, in ms
         */
        keep(now: number, say: (line: string) => void): void;
        /** In ms since 1970; 0 while it is not known. */
        timeOfDay(): number;
        /** Whether it is known, or will not be told any more. */
        isTimeSettled(): boolean;
      }
    | undefined;
  /** Starts the board's own code, where it is to be started. */
  export const start: ((board: import("./board-code").OwnBoard) => void) | undefined;
  /** The commands of the board's own code, where it has any. */
  export const command: import("./app/commands").OwnCommand | undefined;
  /** The board's data streams; `state` gives what the program itself knows. */
  export function streams(state: {
    commands(): Value;
    led(): Value;
    lit(): Value;
    uptime(): Value;
    lost(): Value;
    /** Writes a line on the console. */
    say(line: string): void;
    /** How streams are encoded, for the generations that know one kind of frame only. */
    encoder: import("./onenet/profile").Profile["encoder"];
  }): import("./app/telemetry").Streams;
}
