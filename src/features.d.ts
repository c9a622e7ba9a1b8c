/** What the build decides by the board file, so that code which a board does not need is not in its bundle. */
declare module "virtual:features" {
  /** The server keeps the session while the board is away (MQTT's clean session is 0). */
  export const lastingSession: boolean;
  /** QoS 2 is used. Only in a session that lasts, for without one nothing arrives exactly once. */
  export const exactlyOnce: boolean;
  /** Some text that becomes JSON may hold a quote, a backslash or a control character. */
  export const escapedText: boolean;
  /** Some value may be a text. */
  export const textValues: boolean;
  /** The board's own code measures: its text may be of any length, its numbers may be none. */
  export const ownValues: boolean;
  /** Some value may be one that its frame cannot carry. */
  export const refusableValues: boolean;
  /** The board's own code has commands. */
  export const ownCommands: boolean;
  /** The board's own code may write the pin of a plain LED. */
  export const ownLed: boolean;
  /** What the server kept may come as a command, and is none. */
  export const retainedCommands: boolean;
  /** The interpreter makes PWM itself. */
  export const softwarePwm: boolean;
}
