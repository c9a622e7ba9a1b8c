/**
 * What the build derives from the board file (scripts/compile/board-module.ts), so that a bundle has only the code that its
 * board needs.
 */
declare module "virtual:features" {
  /** The server keeps the session while the board is offline (MQTT's clean session is 0). */
  export const lastingSession: boolean;
  /** QoS 2 is used. Implies a session that lasts: without one nothing arrives exactly once. */
  export const exactlyOnce: boolean;
  /** The board has several servers, and goes from one to another. */
  export const severalServers: boolean;
  /** The board has several Wi-Fi networks, and goes from one to another. */
  export const severalNetworks: boolean;
  /** The board has an address of its own in one of its networks. */
  export const fixedAddress: boolean;
  /** The board is set up by phone, over an access point of its own. */
  export const setUpByPhone: boolean;
  /** Some messages are published as retained, and a retained message is not obeyed. */
  export const retainedMessages: boolean;
  /** Text in JSON may hold a quote, a backslash or a control character. */
  export const escapedText: boolean;
  /** A part is a setting with a text. */
  export const textSettings: boolean;
  /** A value may be a text. */
  export const textValues: boolean;
  /** The board's own code has sources: text may be of any length, and a number NaN or infinite. */
  export const ownValues: boolean;
  /** A value may not fit in its frame. */
  export const refusableValues: boolean;
  /** What waited for the platform is sent in bulk: many reports, each with its time, in one message. */
  export const bulk: boolean;
  /** In bulk, the newest report is sent first after an outage. */
  export const newestFirst: boolean;
  /** The board has rules, which go on without the platform. */
  export const rules: boolean;
  /** A full outbox thins its older reports in place of dropping the oldest. */
  export const thinning: boolean;
  /** Data points carry the time of their measurement, once the board knows it. */
  export const datedPoints: boolean;
  /** The board's own code has a `start`. */
  export const ownStart: boolean;
  /** Commands have arguments and can fail: those of the board's own code, and of parts. */
  export const ownCommands: boolean;
  /** The board's own code may write the pin of a plain LED. */
  export const ownLed: boolean;
  /** The LED is an RGBW strip. */
  export const rgbw: boolean;
  /** The interpreter makes PWM itself. */
  export const softwarePwm: boolean;
  /** The board announces itself to Home Assistant. */
  export const homeAssistant: boolean;
  /** The board has a light. */
  export const light: boolean;
  /** The thing model has properties that are structs. Their members are `air.temperature`, `air.humidity` to the program. */
  export const structs: boolean;
  /** An operator reads the console and restarts the board from afar. */
  export const remoteControl: boolean;
  /** The board takes updates over the network. */
  export const updates: boolean;
  /** The board sleeps deeply, and is awake only now and then. */
  export const sleeps: boolean;
  /** How long it sleeps, in µs, 31 bits at most; 0 if a pin wakes it. Here, so that it is known before own code runs. */
  export const sleepTime: number;
  /** GPIO number of the pin that wakes it; −1 for none. */
  export const wakePin: number;
  /** The level of that pin. */
  export const wakeLevel: number;
  /** The chip wakes by its reset pin: an ESP8266. */
  export const wakesByReset: boolean;
}
