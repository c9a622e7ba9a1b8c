/** The page's texts in English, and the table that every other language fills in. */

import type { SensorKind } from "../../../virtual-board/sensors.ts";
import type { InputView, PartKind } from "../../protocol.ts";

export const en = {
  title: "Web console",
  language: "Language",
  connection: {
    connecting: "connecting…",
    open: "live",
    lost: "Connection lost. Reconnecting…",
    password: "log in",
  },
  password: { label: "Password", send: "Log in", hint: "Find it in the terminal that started this console." },

  virtualBoards: (count: number) => (count === 1 ? "Virtual board" : `${count} virtual boards`),
  realBoards: "Boards",
  localOneNet: "local OneNET",
  localBroker: "local MQTT broker",
  staysHere: "Nothing leaves this computer.",
  staysNear: "Nothing leaves your network.",
  noCloud: "No cloud account needed.",
  aboutPorts: "Addresses and ports",
  views: "Views",
  projector: "Projector view",
  projectorHint: "Projector view: large, for a class",
  leaveProjector: "Leave the projector view (Escape)",
  tab: { board: "Board", data: "Data", wire: "Wire" },
  edit: {
    boardFile: "Board file",
    follows: "saved changes take effect at once",
    building: "building the change…",
    wrong: "This change cannot run",
    goesOn: "The board from before it goes on.",
  },

  boards: "Boards",
  online: (online: number, all: number, asleep: number) =>
    `${online} of ${all} online${asleep > 0 ? `, ${asleep} asleep` : ""}`,
  noBoards: "No boards yet. Devices appear here when they register or log in.",
  findBoards: "Find boards",
  findHint: "names, such as Ada, 3b-02",
  noneFound: "No board has such a name.",
  groups: "Groups",
  allBoards: "All",
  groupName: "Name of the group",
  groupHint: "such as Table 1",
  keepGroup: (count: number) => `Keep these ${count} as a group`,
  forgetGroup: (name: string) => `Forget ${name}`,
  groupCommand: "Command to these boards",
  sendToAll: (count: number) => `Send to all ${count}`,
  sendToSome: (count: number) => `Send to these ${count}`,
  obeyed: (answered: number, boards: number) => `${answered} of ${boards} answered`,
  isOnline: "online",
  isOffline: "offline",
  isAsleep: "asleep",
  isAwake: "awake",
  isUnknown: "unknown",
  forTime: (time: string) => `for ${time}`,
  /** A time, short, in its two largest units at most. */
  span: (seconds: number) =>
    seconds < 60
      ? `${seconds} s`
      : seconds < 3600
        ? `${Math.floor(seconds / 60)} min`
        : seconds < 86_400
          ? `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
          : `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3600)} h`,
  notSent: "not sent: connection to the console lost",
  sleep: "Deep sleep",
  used: (sleeps: number, awake: string, all: string, radio: string, writes: number) =>
    `asleep ${sleeps === 1 ? "once" : `${sleeps} times`} · awake ${awake} s of ${all} s · radio ${radio} s · ${writes} ${writes === 1 ? "write" : "writes"} to flash`,
  wifi: { off: "Wi-Fi off", connecting: "joining Wi-Fi", connected: "Wi-Fi connected" },
  realBoard: "real board",
  boardButton: (name: string, pin: number) => `Press ${name} (pin ${pin})`,
  notWatched: (name: string) => `${name}: the program does not use this button`,
  usedPins: "Pins in use",
  input: "input",
  lit: (colour: string) => `LED on, ${colour}`,
  dark: "LED off",
  litCount: (lit: number, all: number) => `${lit} of ${all} LEDs on`,
  noLight: "no LED",
  unknownLight: "LED unknown until its next reply",

  commands: "Commands",
  on: "On",
  off: "Off",
  toggle: "Toggle",
  colour: "Colour",
  command: "Command",
  commandHint: "on, off or toggle",
  colourHint: "on, off, toggle or #00ff00",
  partHint: (command: string) => `such as ${command}`,
  send: "Send",
  noAnswer: "no reply yet",
  answers: "Replies",
  noAnswersYet: "Replies appear here.",
  milliseconds: (ms: number) => `${ms} ms`,

  inputs: "Inputs",
  inputOf: {
    level: (pin) => `Pin ${pin}`,
    analog: (pin, stream) => `${stream || "Voltage"} (pin ${pin})`,
    temperature: (pin) => `Temperature (pin ${pin})`,
    humidity: (pin) => `Humidity (pin ${pin})`,
    pressure: (pin) => `Air pressure (pin ${pin})`,
  } as Readonly<Record<InputView["quantity"], (pin: string, stream: string) => string>>,
  press: "Press",
  hold: "hold",
  level: (value: number) => (value ? "high" : "low"),

  parts: "Parts",
  partsOf: (board: string) => `Parts of ${board}`,
  /** Sensors have their names. */
  kind: {
    light: "light",
    switch: "switch",
    dimmer: "dimmer",
    servo: "servo",
    buzzer: "buzzer",
    button: "button",
    contact: "contact",
    motion: "motion sensor",
    analog: "analogue sensor",
    counter: "counter",
    setting: "setting",
    own: "own code",
  } as Readonly<Record<Exclude<PartKind, SensorKind>, string>>,
  pins: (pins: string) => (pins.includes(",") ? `pins ${pins}` : `pin ${pins}`),
  quantity: (value: string, unit: string) => `${value} ${unit}`,
  isOn: "on",
  isOff: "off",
  sounding: "sounding",
  silent: "silent",
  noPulses: "no pulses",
  pressed: "pressed",
  released: "not pressed",
  presses: (count: string) => (count === "1" ? "1 press" : `${count} presses`),
  open: "open",
  closed: "closed",
  moving: "motion",
  still: "still",
  makeOpen: "Open",
  makeClosed: "Close",
  move: "Move",
  stop: "Stop",
  pulse: "Pulse",
  reset: "Reset",
  pressOf: (part: string) => `Press ${part}`,
  pulseOf: (part: string) => `Pulse for ${part}`,
  holdOf: (part: string) => `Hold ${part}`,
  colourOf: (part: string) => `Colour of ${part}`,
  faultOf: (part: string) => `Connection of ${part}`,
  order: (word: string) => word.replace(/^./, (letter) => letter.toUpperCase()),
  measured: {
    temperature: "Temperature",
    humidity: "Humidity",
    pressure: "Air pressure",
    level: "",
    analog: "",
  } as Readonly<Record<InputView["quantity"], string>>,
  connected: "connected",
  sensorFault: { away: "unplugged", stuck: "wire stuck low", damaged: "sends nonsense" },

  faults: "Simulate a fault",
  fault: {
    wifi: "Wi-Fi down",
    stall: "Link stalled",
    platform: "Platform down",
    cut: "Cut the link",
  },
  faultHint: {
    wifi: "takes the access point away",
    stall: "stops all bytes but keeps the connection open",
    platform: "stops the platform; it starts again on the same ports",
    cut: "resets the connection, once",
  },
  lasts: {
    wifi: "The Wi-Fi is down",
    stall: "The link is stalled: nothing gets through",
    platform: "The platform is down",
  },
  restore: "Restore",
  isStalled: "link stalled",
  recovering: "Waiting for the board to recover…",
  unnoticed: "The board did not notice.",
  recovered: (seconds: string) => `Back online after ${seconds} s`,
  emptied: (reports: number, seconds: string) =>
    reports === 1 ? `1 report sent after ${seconds} s` : `all ${reports} reports sent after ${seconds} s`,

  update: "Program",
  version: (version: string) => (version === "" ? "Its version is not known yet." : `Version ${version}`),
  updateReady: "A package is ready.",
  updateTo: (version: string) => `Update to ${version}`,
  updateFaultLabel: "What goes wrong with the update",
  updateFault: {
    none: "nothing goes wrong",
    cut: "cut the download in the middle",
    hash: "change a byte",
    signature: "change the signature",
  },
  updateState: {
    waiting: (target: string) => `Update to ${target}: waiting for the board to ask`,
    downloading: (target: string, percent: number) => `Update to ${target}: ${percent} % downloaded`,
    upgrading: (target: string) => `Update to ${target}: the new program is on trial`,
    done: (target: string) => `Updated to ${target}`,
    failed: (target: string) => `Update to ${target} failed`,
    cancelled: (target: string) => `Update to ${target} cancelled`,
  },
  updateStep: {
    102: "no room in its flash",
    103: "out of memory",
    104: "time-out",
    107: "the download failed",
    204: "not newer than its program",
    205: "not as it was signed: another key, or damaged",
    206: "the program did not get online, and the one before it runs again",
    207: "too many tries",
  } as Readonly<Record<number, string>>,
  stepNumber: (step: number) => `step ${step}`,

  outbox: "Outbox",
  outboxEmpty: "Empty: the platform has received every report.",
  waiting: (reports: number, bytes: number, limit: number) =>
    `${en.waits(reports)} · ${bytes} of ${limit} bytes`,
  waits: (reports: number) => (reports === 1 ? "1 report waiting" : `${reports} reports waiting`),
  lost: (reports: number) => `${reports} lost: outbox full`,

  lines: "Log",
  noLines: "Nothing yet.",

  plots: "Data streams",
  noPoints: "No data points yet.",
  window: "Time span",
  minutes: (minutes: number) => `${minutes} min`,
  days: (days: number) => (days === 1 ? "1 day" : `${days} days`),
  downloadPoints: "All data points as a file",
  downloadCsv: "Download CSV",
  constants: "Unchanged",
  ago: (time: string) => `${time} ago`,
  valueAt: (value: string, time: string) => `${value} at ${time}`,
  noDataAt: (time: string) => `no data at ${time}`,
  plotOf: (stream: string) => `Plot of ${stream}`,
  legend: "Lines of the plot",
  lineAt: (board: string, text: string) => `${board}: ${text}`,
  ofBoards: (count: number) => `${count} boards`,
  streamsLost: "This board has more data streams than the page can keep; some are missing.",

  notices: "Notices",
  noticeCount: (count: number) =>
    count === 0 ? "No notices" : count === 1 ? "1 notice" : `${count} notices`,
  noNotices: "Nothing needs attention.",
  details: "Details",
  detailsOf: (count: number) => `Details of ${count}`,
  /** Why a log-in was refused. */
  reasons: {
    password: "The user name or the password is wrong.",
    expired: "The token has expired.",
    token: "The token is wrong.",
    device: "The platform does not know this device.",
    product: "The platform does not know this product.",
    flags: "The log-in has the wrong flags.",
    keepAlive: "The keep alive is outside the platform's limits.",
    protocol: "This is not MQTT 3.1.1.",
    tls: "The TLS connection failed.",
    other: "",
  },
  dismiss: "Dismiss",
  times: (count: number) => `${count} times`,
  andMore: (count: number) => `and ${count} more`,
  todo: "What to do:",
  alert: {
    refused: "Log-in refused",
    violation: "Rule broken",
    fault: "Not supported by the chip",
    uncaught: "Error in the program",
    own: "Error in the board's own code",
    notice: "Good to know",
    wire: "Not MQTT",
  },
  /** What to do, by the cause of a refused log-in. */
  refusals: {
    password:
      "Copy this device's auth info (or an API key of its product) into onenet.authInfo, then build and flash again.",
    expired: "Build and flash again to get a new token. Set a later onenet.expires to make it last longer.",
    token:
      "Copy this device's access key, including the = at its end, into onenet.key, then build and flash again.",
    device:
      "Check onenet.device and onenet.product against the platform's page: the device must exist in that product.",
    product:
      "Check onenet.product and onenet.generation against the platform's page, and the port against that generation.",
    flags: "Send a user name (the product id) and a password, but no will.",
    keepAlive: "Set onenet.keepAlive to 10 to 1800 s.",
    protocol: "Use MQTT 3.1.1: protocol name MQTT, level 4.",
    tls: "Turn off certificate checks for this local platform, or connect without TLS.",
    other: "Check product, device and password against the platform's page.",
  },
  /** The platform's rules, and what to do when one is broken. */
  rules: {
    packet: {
      sentence: "Packets must be well-formed MQTT 3.1.1 and within the platform's size limit.",
      todo: "Find the packet below: the field marked red is wrong.",
    },
    "subscribe-topic": {
      sentence: "A topic to subscribe to may contain only letters, digits, _ and /.",
      todo: "Remove wildcards and topics that begin with $ from onenet.topics.",
    },
    "subscribe-count": {
      sentence: "A device may subscribe to at most 100 topics, of suite to 15, of studio to 10.",
      todo: "Subscribe to fewer topics, or to several at once with a wildcard.",
    },
    retain: { sentence: "Messages must not be retained.", todo: "Publish with the RETAIN flag set to 0." },
    "dp-frame": {
      sentence: "The payload of $dp must be exactly one complete frame.",
      todo: "Find the packet below: the field marked red is wrong.",
    },
    "stream-count": {
      sentence: "A device may have only as many data streams as the platform keeps.",
      todo: "Use fewer data stream names.",
    },
    "command-response": {
      sentence: "Answer only commands sent to this device, and each only once.",
      todo: "Answer once, on the topic with the command's id.",
    },
    "reserved-topic": {
      sentence: "Topics that begin with $ belong to the platform.",
      todo: "Publish to $dp, $crsp/<id>, or a topic without $.",
    },
    qos: {
      sentence: "Suite and studio devices publish at QoS 0 or 1.",
      todo: "Set onenet.qos to 0 or 1.",
    },
    "own-topic": {
      sentence: "A device may publish only to its own topics, and only those the platform reads.",
      todo: "Check that the product and device in the topic match the log-in.",
    },
    "own-notice": {
      sentence: "A device may subscribe only to its own notices.",
      todo: "Check that the product and device in the topic match the log-in.",
    },
    "subscribe-packet": {
      sentence: "A SUBSCRIBE to suite or studio may name at most 8 topics.",
      todo: "Send several SUBSCRIBE packets.",
    },
    "dp-json": {
      sentence: 'Suite data points have the form {"id":1,"dp":{"<stream>":[{"v":<value>}]}}.',
      todo: "Check the payload of the packet below against that.",
    },
    "sub-device": {
      sentence: "A suite device may log in and speak for its own sub-devices only.",
      todo: "Bind the sub-device to the gateway, log it in, and send an empty payload to log in and out.",
    },
    image: {
      sentence:
        'A device changes its image with {"state":{"reported":{…}}} and gets it with an empty payload.',
      todo: "The reason names what is wrong with the payload below.",
    },
    "one-json": {
      sentence: "Studio messages must be OneJSON and match the product's thing model.",
      todo: "Check identifiers and types against the thing model on the platform's page.",
    },
    rate: {
      sentence: "A suite or studio device may send only so many messages, pings and log-ins in a time.",
      todo: "Send several values in one message, and send less often: studio takes one message a second.",
    },
    answer: {
      sentence: "Reply only to requests sent to this device, once and in time.",
      todo: "Reply with the id of the request within 5 s.",
    },
  },
  /** What to do about other alerts; empty if nothing. */
  advice: {
    fault: "Choose another pin in the board file; docs/boards.md lists the chip's pins.",
    uncaught: "Look at the place in the source that the text names. The board keeps running.",
    own: "Find the text in the TypeScript file next to the board file. Everything else keeps running.",
    notice: "",
    wire: "Check that this port speaks MQTT, and TLS if the board file asks for it.",
  },

  wire: "MQTT packets",
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
  noPackets: "No packets yet: the first one appears as soon as a board connects.",
  allFiltered: (all: number) => `The filter hides all ${all} packets.`,
  clearFilter: "Clear the filter",
  shownOf: (shown: number, all: number) => `${shown} of ${all}`,
  resumeWith: (count: number) => `Resume (${count} new)`,
  clear: "Clear",
  list: "Packets",
  topics: "Topics",
  noTopics: "No messages yet.",
  messages: (count: number) => (count === 1 ? "1 message" : `${count} messages`),
  exchange: "This packet and its answers",
  publishTitle: "Publish a message",
  topic: "Topic",
  payload: "Payload",
  publish: "Publish",
  published: (topic: string) => `Published to ${topic}. It goes to those who subscribed to this topic.`,
  choosePacket: "Select a packet to see every field explained. Move with the arrow keys.",
  fields: "Fields",
  field: "Field",
  value: "Value",
  meaning: "Meaning",
  bytes: "Bytes",
  byteCount: (count: number) => `${count} bytes`,
  fromBoard: "from the board",
  toBoard: "to the board",
} as const;

/** The same table in another language. */
export type Words = Table<typeof en>;

type Table<T> = {
  readonly [Key in keyof T]: T[Key] extends string
    ? string
    : T[Key] extends (...values: infer Values) => string
      ? (...values: Values) => string
      : Table<T[Key]>;
};
