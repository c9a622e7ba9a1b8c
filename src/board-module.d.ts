/** The module of constants that the build makes of a board file. */
declare module "virtual:board" {
  type Board = import("./board").Board;
  type Value = import("./onenet/json").Value;

  export const title: Board["title"];
  export const led: Board["led"];
  export const wifi: Board["wifi"];
  export const onenet: Board["onenet"];
  /** Longest wait between two tries, in ms. */
  export const longestWait: number;
  /** The board's data streams; `state` gives what the program itself knows. */
  export function streams(state: {
    commands(): Value;
    led(): Value;
    uptime(): Value;
  }): import("./app/telemetry").DataStream[];
}
