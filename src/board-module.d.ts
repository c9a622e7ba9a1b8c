/** The constants that the build writes from a board file (scripts/compile/board-module.ts). */
declare module "virtual:board" {
  type Value = import("./onenet/json").Value;

  /** The board's readable name. */
  export const title: string;
  /** For a board without parts. */
  export const led: Exclude<import("./board").Led, import("./board").DimmedLed>;
  /** The board's parts, if the board file has parts or words. Their pins are set when this module runs. */
  export const parts: import("./parts/connected").ConnectedParts | undefined;
  /** The Wi-Fi network of a board with one. The password of an open network is empty. */
  export const wifi: { readonly ssid: string; readonly password: string };
  /** The number of the board's Wi-Fi networks. */
  export const networkCount: number;
  /** Names of several networks by their number, from 0, in the order of preference. */
  export function ssid(network: number): string;
  /** Their passwords; empty for an open network. */
  export function password(network: number): string;
  /** The board's own address in each; undefined for one from the router. */
  export function address(network: number): FixedAddress | undefined;
  /** The IPv4 address of the name server in each; used with an address of its own. */
  export function dns(network: number): string;
  /** The board's name for its router; empty for the interpreter's. */
  export const hostname: string;
  export const onenet: import("./board").OneNet;
  /** The number of the board's servers; the first is the one in `onenet`. */
  export const serverCount: number;
  /** Host names or IPv4 addresses of the board's servers by their number, from 0, in the order of preference. */
  export function host(index: number): string;
  /** Their TCP ports. */
  export function port(index: number): number;
  /** The packet that tells Home Assistant about the board, in pieces by their number; empty after the last. */
  export const announcement: ((piece: number) => string) | undefined;
  /** For a board that gets its credentials from the platform. */
  export const registration: import("./board").Registration | undefined;
  /** For a board that is set up by phone. */
  export const setup: import("./board").Setup | undefined;
  /** The page for the phone, in pieces by their number; empty after the last. */
  export function setupPage(piece: number): string;
  /** For a board that takes updates over the network. */
  export const update: import("./board").Update | undefined;
  /** For a board that is looked after from afar. */
  export const remote:
    | {
        /** Which lines are sent at first. */
        readonly level: import("./app/remote").Level;
        /** What no line may contain. */
        secrets(): readonly string[];
      }
    | undefined;
  /** Longest wait between two tries, in ms. */
  export const longestWait: number;
  /** Longest wait for any answer from the server, in ms. */
  export const responseTimeout: number;
  /** Largest packet accepted from the server, in bytes of Remaining Length. */
  export const maximumPacket: number;
  /** Most bytes of data points that wait for the platform. */
  export const outboxLimit: number;
  /** Bytes of records after which no more reports are added to a message in bulk. */
  export const batchLimit: number;
  /** Most entries of the list of answers that wait for room. */
  export const answersLimit: number;
  /** Bytes that must be free in flash before a file is written. */
  export const room: number;
  /** Whether the chip has a serial port over Bluetooth. */
  export const bluetooth: boolean;
  /** Whether the chip has a telnet server that the board file does not ask for. */
  export const telnet: boolean;
  /** The password of every console; none when empty. */
  export const consolePassword: string;
  /** Time without a platform after which the board restarts, in ms; 0: never. */
  export const withoutPlatform: number;
  /** The format of a saved outbox; with any other, its records are those of other data streams. */
  export const format: string;
  /** The time of day, for a board whose data points carry it. */
  export const clock:
    | {
        /**
         * Asks the time server when a question is due. To be called once there is a network, and at each tick while
         * there is.
         * @param now time by ticks, in ms
         */
        keep(now: number, say: (line: string) => void): void;
        /** In ms since 1970; 0 while unknown. */
        timeOfDay(): number;
        /** Whether it is known, or the wait for it is over. */
        isTimeSettled(): boolean;
      }
    | undefined;
  /** Starts the board's own code, if it has a `start`. */
  export const start: ((board: import("./board-code").OwnBoard) => void) | undefined;
  /** Obeys the commands of the board's own code, if it has any. */
  export const command: import("./app/commands").OwnCommand | undefined;
  /** Names of the members of a property that is a struct; none of another. */
  export function members(property: string): readonly string[];
  /** Makes the board's data streams; `state` provides the program's own sources. */
  export function streams(state: {
    commands(): Value;
    led(): Value;
    lit(): Value;
    uptime(): Value;
    lost(): Value;
    /** Writes a line on the console. */
    say(line: string): void;
    /** For a generation with one kind of frame. */
    encoder: import("./onenet/profile").Profile["encoder"];
    /** For a generation that takes reports in bulk. */
    batch: import("./onenet/profile").Profile["batch"];
  }): import("./app/telemetry").Streams;
}
