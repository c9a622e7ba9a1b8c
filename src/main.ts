/** Makes the parts that this board needs and starts them. */

import * as board from "virtual:board";
import { exactlyOnce, lastingSession } from "virtual:features";
import { checkSetting } from "./app/advice";
import type { Backoff } from "./app/backoff";
import { BOOTS_BEFORE_REST, createBoots, REST } from "./app/boots";
import { createCommands } from "./app/commands";
import { createConnection } from "./app/connection";
import { post } from "./app/http";
import { createPlainLamp, createRgbLamp } from "./app/lamp";
import { createLastResorts } from "./app/last-resorts";
import { createOutbox } from "./app/outbox";
import { startOwn } from "./app/own-code";
import { createProperties } from "./app/properties";
import { createRegistration } from "./app/registration";
import { createRestart, type Saved } from "./app/restart";
import { createTelemetry } from "./app/telemetry";
import { age, startClock, TICK } from "./device/clock";
import { guard, reboot, rebootIn, say } from "./device/console";
import { closeDoors, lockConsole } from "./device/doors";
import { isGpioLedLit, openGpioLed, openPwmLed, openWs2812Led } from "./device/led";
import { createLink } from "./device/link";
import { chipMac } from "./device/sensors";
import { forget, load, makeRoom, save } from "./device/store";
import { createStation, restRadio } from "./device/wifi";
import { sized } from "./mqtt/bytes";
import { SUBSCRIPTION_REFUSED } from "./mqtt/packet";
import { createMultiprotocol } from "./onenet/multiprotocol";
import { createPlain } from "./onenet/plain";
import type { Device } from "./onenet/profile";
import { registerBody, registerPath, type Credentials } from "./onenet/register";
import { createStudio } from "./onenet/studio";
import { createSuite } from "./onenet/suite";

/** Time that the interpreter may be away from its idle loop, in s; opening a connection can take minutes of it. */
const WATCHDOG = 300;
/** Most packets that may await their acknowledgement at once. */
const MAXIMUM_IN_FLIGHT = 32;

/** Where the board file says what is subscribed to. */
const TOPICS_SETTING =
  board.onenet.generation === "multiprotocol"
    ? "onenet.topics"
    : board.onenet.generation === "plain"
      ? "onenet.topic"
      : "onenet.product and onenet.device";
/** File of the flash that keeps what a registration gave. */
const CREDENTIALS_FILE = "onenet";
/** File of the flash that keeps what waited for the platform when the board restarted itself. */
const OUTBOX_FILE = "outbox";
/** File of the flash that counts the boots which never came online. */
const BOOTS_FILE = "boots";

/** Time by ticks, in ms. */
let now = 0;
/** Wi-Fi is up. */
let isNetwork = false;
/** Whether the subscriptions are settled: before, nobody could see what a command did. */
let isReporting = false;
/** The LED's state as the server has it; empty where it may have another. */
let toldState = "";
/** Whether the subscriptions are the server's to keep. */
let isSubscribed = false;
/** What a registration gave; undefined on a board whose file holds its credentials. */
let credentials: Credentials | undefined;

const backoff: Backoff = { longest: board.longestWait, random: () => Math.random() };

const led = board.led;
const lamp =
  led.kind === "gpio"
    ? createPlainLamp(openGpioLed(led), () => isGpioLedLit(led))
    : createRgbLamp(led.kind === "pwm" ? openPwmLed(led) : openWs2812Led(led), led.on);

const commands = createCommands(lamp, board.command);

/** Publishes at the board's QoS; takes and returns what the session's `publish` does. */
function publish(topicField: string, payload: string, retain?: boolean): number {
  return connection.publish(topicField, payload, settings.qos, retain);
}

const device: Device = {
  publish(topic, payload, retain) {
    if (publish(sized(topic), payload, retain) < 0) say("OneNET: not sent: " + topic);
  },
  obey(command) {
    const answer = commands.obey(command);
    say("Command: " + answer);
    tellState();
    return answer;
  },
  last: (stream) => telemetry.last(stream),
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

/** Tells the LED's state where that is asked for; what could not be sent now is sent at the next tick. */
function tellState(): void {
  if (settings.generation !== "plain" || !isReporting) return;
  const state = lamp.answer();
  if (state !== toldState && publish(sized(profile.stateTopic as string), state, true) >= 0)
    toldState = state;
}

/** The board can be reached: it reports, and what is sent to it arrives. */
function start(): void {
  isReporting = true;
  if (profile.online) profile.online();
  toldState = "";
  tellState();
  outbox.pump();
}

const connection = createConnection({
  session: {
    logIn: () =>
      credentials
        ? { ...profile.logIn, clientId: credentials.device, password: credentials.authInfo }
        : profile.logIn,
    pingPeriod: settings.pingPeriod * 1000,
    responseTimeout: board.responseTimeout,
    maximumInFlight: MAXIMUM_IN_FLIGHT,
    maximumPacket: board.maximumPacket,
    lastId: exactlyOnce ? Math.floor(Math.random() * 65535) : 0,
  },
  credentials: () =>
    settings.generation === "multiprotocol"
      ? checkSetting("product, device and authInfo")
      : settings.generation === "plain"
        ? checkSetting("userName and password")
        : checkSetting("product, device and key") + "; a token that ended needs a new build",
  server: () => settings.server + ":" + settings.port,
  createLink: (events) =>
    createLink(settings.tls, settings.server, settings.port, events, () =>
      restart.restart("No socket left after TLS failed"),
    ),
  backoff,
  say,
  online(sessionPresent) {
    lastResorts.online();
    boots.online();
    // What is retained would come again with another subscription.
    if (!profile.subscriptions.length || (lastingSession && sessionPresent && isSubscribed)) start();
    else connection.subscribe(profile.subscriptions.map(sized), exactlyOnce ? 2 : 1);
  },
  offline() {
    isReporting = false;
    lastResorts.offline();
    // What a session that lasts keeps in flight is not given up, but has failed with this link.
    if (lastingSession && connection.hasUnacknowledged()) lastResorts.published(false);
  },
  refused() {
    if (!registration) return;
    connection.setNetwork(false);
    registration.refused();
  },
  message: profile.receive,
  published(id, acknowledged) {
    lastResorts.published(acknowledged);
    outbox.published(id, acknowledged);
  },
  drained: () => outbox.pump(),
  subscribed(_id, codes) {
    if (!codes) return; // given up with the link
    const isRefused = codes.includes(SUBSCRIPTION_REFUSED);
    if (connection.fallBack && codes < "\x02") connection.fallBack("the server grants less than QoS 2");
    if (lastingSession) isSubscribed = !isRefused;
    if (isRefused) say("OneNET: subscription refused" + checkSetting(TOPICS_SETTING));
    start();
  },
});

/** Sees to credentials before the connection is tried, on a board that gets its own. */
const registering = board.registration;
const registration =
  registering &&
  createRegistration({
    recall: () => load(CREDENTIALS_FILE) as Credentials | undefined,
    keep: (kept) => save(CREDENTIALS_FILE, kept, board.room),
    forget: () => forget(CREDENTIALS_FILE),
    ask: (answered) =>
      post(
        // Without TLS, as the log-in of the one generation that registers.
        (events) => createLink(settings.tls, registering.server, registering.port, events, reboot),
        registering.server,
        registerPath(registering),
        registerBody(registering, chipMac()),
        answered,
      ),
    backoff,
    say,
    ready(found) {
      credentials = found;
      connection.setNetwork(true);
    },
  });

const streams = board.streams({
  commands: commands.count,
  led: lamp.state,
  lit: lamp.isLit,
  uptime: () => Math.floor(age() / 1000),
  lost: () => outbox.lost(),
  say,
  encoder: profile.encoder,
});

const dataTopicField = sized(profile.dataTopic);

const outbox = createOutbox({
  encode: streams.encode,
  limit: board.outboxLimit,
  publish: (payload) => publish(dataTopicField, payload),
  timeOfDay: board.clock ? board.clock.timeOfDay : () => 0,
  now: age,
  isReady: () => isReporting && connection.isIdle() && (!board.clock || board.clock.isTimeSettled()),
  emptied: () => restart.emptied(),
  say,
});

const restart = createRestart({
  outbox,
  session: connection,
  format: board.format,
  recall: () => load(OUTBOX_FILE) as Saved | undefined,
  keep: (saved) => save(OUTBOX_FILE, saved, board.room),
  forget: () => forget(OUTBOX_FILE),
  reboot,
  say,
});

const lastResorts = createLastResorts(board.withoutPlatform, restart.restart);

const telemetry = createTelemetry(streams, outbox.add);

const boots = createBoots(
  () => load(BOOTS_FILE),
  (count) => save(BOOTS_FILE, count, board.room),
  () => forget(BOOTS_FILE),
);

const station = createStation(board.wifi, backoff, {
  up() {
    isNetwork = true;
    closeDoors(board.bluetooth, board.telnet);
    if (board.clock) board.clock.keep(now, say);
    if (registration) registration.setNetwork(true);
    else connection.setNetwork(true);
  },
  down() {
    isNetwork = false;
    if (registration) registration.setNetwork(false);
    connection.setNetwork(false);
  },
  say,
});

/** The radio and the program rest; the console stays free. */
function rest(): void {
  say("Safe mode: " + BOOTS_BEFORE_REST + " boots never came online. Resting for an hour");
  restRadio();
  rebootIn(REST);
}

function run(): void {
  guard(WATCHDOG);
  restart.resume();
  if (board.start) startOwn(board.start, { obey: device.obey, isLit: lamp.isLit, say });
  startClock(() => {
    now += TICK;
    station.tick(now);
    if (board.clock && isNetwork) board.clock.keep(now, say);
    if (registration) registration.tick(now);
    connection.tick(now);
    tellState();
    telemetry.tick(now);
    outbox.pump();
    lastResorts.tick(now);
  });
  station.start();
}

closeDoors(board.bluetooth, board.telnet);
if (board.consolePassword) lockConsole(board.consolePassword);
makeRoom(board.room);
say(board.title);
if (boots.isSafe) rest();
else run();
