/** Makes the parts that this board needs and starts them. */

import * as board from "virtual:board";
import { createBackoff } from "./app/backoff";
import { createCommands } from "./app/commands";
import { createConnection } from "./app/connection";
import { createFailureCount } from "./app/failures";
import { createPlainLamp, createRgbLamp } from "./app/lamp";
import { createProperties } from "./app/properties";
import { createRegistration } from "./app/registration";
import { createTelemetry } from "./app/telemetry";
import { startClock } from "./device/clock";
import { reboot, say } from "./device/console";
import { post } from "./device/http";
import { openGpioLed, openPwmLed, openWs2812Led } from "./device/led";
import { openLink, tcp, tls } from "./device/link";
import { chipMac } from "./device/sensors";
import { load, save } from "./device/store";
import { joinWifi } from "./device/wifi";
import { SUBSCRIPTION_REFUSED } from "./mqtt/packet";
import { createMultiprotocol } from "./onenet/multiprotocol";
import { createPlain } from "./onenet/plain";
import type { Device } from "./onenet/profile";
import { registerBody, registerPath, type Credentials } from "./onenet/register";
import { createStudio } from "./onenet/studio";
import { createSuite } from "./onenet/suite";

/** Longest wait for any answer of the server, in ms. */
const RESPONSE_TIMEOUT = 10000;
/** Most packets that may await their acknowledgement at once. */
const MAXIMUM_IN_FLIGHT = 8;
/** Largest packet that is taken from the server, in bytes: commands are short, memory is not plenty. */
const MAXIMUM_PACKET = 4096;

/** Where the board file says what is subscribed to. */
const TOPICS_SETTING =
  board.onenet.generation === "multiprotocol"
    ? "onenet.topics"
    : board.onenet.generation === "plain"
      ? "onenet.topic"
      : "onenet.product and onenet.device";
/** File of the flash that keeps what a registration gave. */
const CREDENTIALS_FILE = "onenet";

let now = 0;
/** What a registration gave; undefined on a board whose file holds its credentials. */
let credentials: Credentials | undefined;

const led = board.led;
const lamp =
  led.kind === "gpio"
    ? createPlainLamp(openGpioLed(led))
    : createRgbLamp(led.kind === "pwm" ? openPwmLed(led) : openWs2812Led(led), led.on);

const commands = createCommands(lamp);

const failures = createFailureCount(() => {
  say("Three publishes failed in a row: rebooting");
  reboot();
});

/** Returns as the session's `publish` does. */
function publish(topic: string, payload: string, retain?: boolean): number {
  const id = connection.publish(topic, payload, settings.qos, retain);
  if (id <= 0) failures.published(!id);
  return id;
}

const device: Device = {
  publish,
  obey(command) {
    const answer = commands.obey(command);
    say("Command: " + answer);
    return answer;
  },
  say,
};
const settings = board.onenet;
const profile =
  settings.generation === "multiprotocol"
    ? createMultiprotocol(settings, device)
    : settings.generation === "suite"
      ? createSuite(settings, device)
      : settings.generation === "studio"
        ? createStudio(
            settings,
            device,
            createProperties(
              lamp,
              settings.properties.led,
              led.kind === "gpio" ? undefined : settings.properties.colour,
            ),
          )
        : createPlain(settings, device);

/** The board can be reached: it reports, and what is sent to it arrives. */
function start(): void {
  if (profile.online) profile.online();
  telemetry.setOnline(true);
}

const connection = createConnection({
  session: {
    logIn: () =>
      credentials
        ? { ...profile.logIn, clientId: credentials.device, password: credentials.authInfo }
        : profile.logIn,
    pingPeriod: settings.pingPeriod * 1000,
    responseTimeout: RESPONSE_TIMEOUT,
    maximumInFlight: MAXIMUM_IN_FLIGHT,
    maximumPacket: MAXIMUM_PACKET,
  },
  credentials:
    settings.generation === "multiprotocol"
      ? "check product, device and authInfo in the board file"
      : settings.generation === "plain"
        ? "check userName and password in the board file"
        : "check product, device and key in the board file; a token that ended needs a new build",
  server: settings.server + ":" + settings.port,
  openLink: (events) => openLink(settings.tls ? tls : tcp, settings.server, settings.port, events),
  backoff: createBackoff(board.longestWait, Math.random),
  say,
  online() {
    failures.online();
    if (profile.subscriptions.length) connection.subscribe(profile.subscriptions, 1);
    else start();
  },
  offline: () => telemetry.setOnline(false),
  refused() {
    if (!registration) return;
    connection.setNetwork(false);
    registration.refused();
  },
  message(topic, payload) {
    profile.receive(topic, payload);
    telemetry.changed();
  },
  published(id, acknowledged) {
    failures.published(acknowledged);
    telemetry.published(id, acknowledged);
  },
  subscribed(_id, codes) {
    if (!codes) return; // given up with the link
    for (let i = 0; i < codes.length; i++) {
      if (codes.charCodeAt(i) === SUBSCRIPTION_REFUSED) {
        say("OneNET: subscription refused: check " + TOPICS_SETTING + " in the board file");
      }
    }
    start();
  },
});

/** Sees to credentials before the connection is tried, on a board that gets its own. */
const registering = board.registration;
const registration =
  registering &&
  createRegistration({
    recall: () => load(CREDENTIALS_FILE) as Credentials | undefined,
    keep: (kept) => save(CREDENTIALS_FILE, kept),
    ask: (answered) =>
      post(
        registering.server,
        registering.port,
        registerPath(registering),
        registerBody(registering, chipMac()),
        answered,
      ),
    backoff: createBackoff(board.longestWait, Math.random),
    say,
    ready(found) {
      credentials = found;
      connection.setNetwork(true);
    },
  });

const telemetry = createTelemetry(
  board.groups({
    commands: commands.count,
    led: lamp.state,
    lit: lamp.isLit,
    uptime: () => now / 1000,
    encoder: profile.encoder,
  }),
  {
    publish: (payload) => publish(profile.dataTopic, payload),
    timeOfDay: board.clock ? board.clock.timeOfDay : () => undefined,
    say,
  },
);

say(board.title);
startClock((time) => {
  now = time;
  if (registration) registration.tick(now);
  connection.tick(now);
  telemetry.tick(now);
});
joinWifi(board.wifi, createBackoff(board.longestWait, Math.random), {
  up() {
    if (board.clock) board.clock.ask(say);
    if (registration) registration.setNetwork(true);
    else connection.setNetwork(true);
  },
  down() {
    if (registration) registration.setNetwork(false);
    connection.setNetwork(false);
  },
  say,
});
