/** What the page says, in English: the table that every other language fills. */

import type { InputView } from "../../scripts/web-console/protocol.ts";

export const en = {
  title: "Web console",
  language: "Language",
  connection: {
    connecting: "connecting…",
    open: "live",
    lost: "The console's server is away. This page comes back when it does.",
    password: "log in",
  },
  password: { label: "Password", send: "Log in", hint: "It is in the terminal that started this console." },

  boards: "Boards",
  online: (online: number, all: number) => `${online} of ${all} online`,
  noBoards: "No board yet. Register a device, or log one in, and it shows here.",
  isOnline: "online",
  isOffline: "offline",
  isUnknown: "unknown",
  away: "not sent: the console's server is away",
  wifi: { off: "Wi-Fi off", connecting: "joining Wi-Fi", connected: "Wi-Fi connected" },
  realBoard: "real board",
  lit: (colour: string) => `LED lit, ${colour}`,
  dark: "LED dark",
  litCount: (lit: number, all: number) => `${lit} of ${all} LEDs lit`,
  unknownLight: "LED as its next answer tells",

  commands: "Commands",
  on: "On",
  off: "Off",
  toggle: "Toggle",
  colour: "Colour",
  sendColour: "Send colour",
  command: "Command",
  commandHint: "on, off or toggle",
  colourHint: "on, off, toggle or #00ff00",
  send: "Send",
  noAnswer: "no answer yet",
  answers: "Answers",
  noAnswersYet: "Press a button: what the board answers shows here.",
  milliseconds: (ms: number) => `${ms} ms`,

  inputs: "Inputs",
  inputOf: {
    level: (pin) => `Pin ${pin}`,
    analog: (pin, stream) => `${stream || "Voltage"} (pin ${pin})`,
    temperature: (pin) => `Temperature (pin ${pin})`,
    humidity: (pin) => `Humidity (pin ${pin})`,
  } as Readonly<Record<InputView["quantity"], (pin: number, stream: string) => string>>,
  press: "Press",
  hold: "hold",
  level: (value: number) => (value ? "high" : "low"),

  faults: "Try a fault",
  fault: {
    wifi: "Drop Wi-Fi",
    cut: "Cut the link",
    stall: "Stall the link",
    heal: "Heal the link",
    restart: "Restart the platform",
  },
  faultHint: {
    wifi: "the access point is away for 3 s",
    cut: "the connection is reset",
    stall: "bytes stop, the connection stays",
    heal: "bytes pass again",
    restart: "it ends, and starts at the same ports",
  },
  faultMade: (name: string) => `${name}: waiting for the board to come back…`,
  stalled: (name: string) => `${name}: nothing passes until it is healed, or the board gives the link up`,
  recovered: (name: string, seconds: string) => `${name}: back online after ${seconds} s`,
  emptied: (reports: number, seconds: string) =>
    reports === 1 ? `1 report sent after ${seconds} s` : `all ${reports} reports sent after ${seconds} s`,

  outbox: "Outbox",
  outboxEmpty: "Empty: the platform has every report.",
  waiting: (reports: number, bytes: number, limit: number) =>
    `${en.waits(reports)} · ${bytes} of ${limit} bytes`,
  waits: (reports: number) => (reports === 1 ? "1 report waits" : `${reports} reports wait`),
  lost: (reports: number) => `${reports} lost: there was no room`,

  lines: "What happens",
  noLines: "Nothing yet.",

  plots: "Data streams",
  noPoints: "No data point yet.",
  window: "Time shown",
  minutes: (minutes: number) => `${minutes} min`,
  lastValue: "last value",
  ofBoards: (count: number) => `${count} boards`,
  streamsLost: "This board has more data streams than the page keeps: some are not shown.",

  alerts: "Look at this",
  dismiss: "Dismiss",
  times: (count: number) => `${count} times`,
  andMore: (count: number) => `and ${count} more`,
  todo: "What to do:",
  alert: {
    refused: "Log-in refused",
    violation: "Rule broken",
    fault: "The chip cannot do this",
    uncaught: "Error in the program",
    own: "The board's own code failed",
    notice: "Worth knowing",
    wire: "Not MQTT",
  },
  /** By the cause of a refused log-in: what to do. */
  refusals: {
    password:
      "Copy the auth info of this very device (or an API key of its product) into onenet.authInfo, and build and flash again.",
    expired: "Make a new token: build again and flash. A later onenet.tokenExpires makes it last longer.",
    token:
      "Copy the access key of this very device into onenet.key, with the = at its end, and build and flash again.",
    device:
      "Compare onenet.device and onenet.product with the platform's page: the device must exist in that product.",
    product:
      "Compare onenet.product and onenet.generation with the platform's page, and the port with that generation.",
    flags: "Send a user name (the product id) and a password, and no will.",
    keepAlive: "Set onenet.keepAlive to 10 to 1800 s.",
    protocol: "Use MQTT 3.1.1: protocol name MQTT, level 4.",
    tls: "Turn off the check of the certificate for this local platform, or connect without TLS.",
    other: "Compare product, device and password with the platform's page.",
  },
  /** Of the platform's rules: what each says, and what to do. */
  rules: {
    packet: {
      sentence: "A packet must be well-formed MQTT 3.1.1 and no longer than the platform takes.",
      todo: "Look for the packet in the wire below: the field that is marked red is wrong.",
    },
    "subscribe-topic": {
      sentence: "A subscription names one topic of letters, digits, _ and /.",
      todo: "Take wildcards and topics that begin with $ out of onenet.topics.",
    },
    "subscribe-count": {
      sentence: "A device subscribes to at most 100 topics.",
      todo: "Subscribe to fewer.",
    },
    retain: { sentence: "A message is not retained.", todo: "Publish with the RETAIN flag 0." },
    "dp-frame": {
      sentence: "The payload of $dp is one whole frame, correct to the byte.",
      todo: "Look for the packet in the wire below: the field that is marked red is wrong.",
    },
    "stream-count": {
      sentence: "A device has no more data streams than the platform keeps.",
      todo: "Use fewer names for data streams.",
    },
    "command-response": {
      sentence: "An answer is for a command that was sent to this device, once.",
      todo: "Answer to the topic with the id of the command, and once only.",
    },
    "reserved-topic": {
      sentence: "Topics that begin with $ belong to the platform.",
      todo: "Publish to $dp, $crsp/<id>, or a topic without $.",
    },
    qos: {
      sentence: "A device of suite or studio publishes at QoS 0 or 1.",
      todo: "Set onenet.qos to 0 or 1.",
    },
    "own-topic": {
      sentence: "A device publishes to topics of its own that the platform reads.",
      todo: "Compare the product and device in the topic with those of the log-in.",
    },
    "own-notice": {
      sentence: "A device subscribes to notices of its own.",
      todo: "Compare the product and device in the topic with those of the log-in.",
    },
    "subscribe-packet": {
      sentence: "A SUBSCRIBE of suite or studio names at most 8 topics.",
      todo: "Send several SUBSCRIBE packets.",
    },
    "dp-json": {
      sentence: 'Data points of suite are {"id":1,"dp":{"<stream>":[{"v":<value>}]}}.',
      todo: "Compare the payload in the wire below with that.",
    },
    "one-json": {
      sentence: "A message of studio is OneJSON, as the product's thing model says.",
      todo: "Compare identifiers and types with the thing model on the platform's page.",
    },
    answer: {
      sentence: "A reply answers a request that was sent to this device, once and in time.",
      todo: "Reply with the id of the request within 5 s.",
    },
  },
  /** Of other alerts: what to do; empty where nothing is. */
  advice: {
    fault: "Choose another pin in the board file: docs/boards.md says which the chip has.",
    uncaught: "The place is in the text: look there in the source. The board goes on.",
    own: "Look for the text in the TypeScript file beside the board file. Everything else goes on.",
    notice: "",
    wire: "Check that MQTT is spoken at this port, and TLS where the board file says so.",
  },

  wire: "The wire",
  filter: "Filter",
  filterHint: "publish, $dp, a device…",
  way: "Direction",
  ways: { all: "both ways", up: "from boards", down: "to boards" },
  onlySelected: "only this board",
  pause: "Pause",
  resume: "Resume",
  downloadJson: "Download JSON",
  downloadHex: "Download hex",
  packets: "Packets, newest first",
  noPackets: "No packet yet, or none that the filter lets through.",
  shownOf: (shown: number, all: number) => `${shown} of ${all}`,
  choosePacket: "Choose a packet: each of its fields is explained here. Arrow keys go up and down.",
  fields: "Fields",
  field: "Field",
  value: "Value",
  meaning: "Meaning",
  bytes: "Bytes",
  byteCount: (count: number) => `${count} bytes`,
  fromBoard: "from the board",
  toBoard: "to the board",
} as const;

/** The same table in another language: the same entries, texts of its own. */
export type Words = Table<typeof en>;

type Table<T> = {
  readonly [Key in keyof T]: T[Key] extends string
    ? string
    : T[Key] extends (...values: infer Values) => string
      ? (...values: Values) => string
      : Table<T[Key]>;
};
