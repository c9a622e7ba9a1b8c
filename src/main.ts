/** Makes the parts that this board needs, connects them and starts them. */

// First: its timer has to be set before the board's own code runs, which may throw.
import { beforeSleep, isWoken, sleepSoon, stayAwake } from "./device/sleep";
import * as board from "virtual:board";
import {
  bulk,
  exactlyOnce,
  homeAssistant,
  light,
  newestFirst,
  ownStart,
  remoteControl,
  rgbw,
  setUpByPhone,
  severalNetworks,
  severalServers,
  sleeps,
  sleepTime,
} from "virtual:features";
import { createAnswers } from "./app/answers";
import type { Backoff } from "./app/backoff";
import { BOOTS_BEFORE_REST, createBoots, POWER_ON, REST } from "./app/boots";
import { createCommands } from "./app/commands";
import { createConnection } from "./app/connection";
import { createFuseOta } from "./app/fuse-ota";
import { request, requestOf } from "./app/http";
import { createPlainLamp, createRgbLamp } from "./app/lamp";
import { createLastResorts, EARLIEST } from "./app/last-resorts";
import { createOffers } from "./app/offers";
import { createOutbox } from "./app/outbox";
import { startOwn } from "./app/own-code";
import { createPartStates } from "./app/part-states";
import { createProperties } from "./app/properties";
import { createRegistration } from "./app/registration";
import { createRemote, type Remote } from "./app/remote";
import { createRestart, type Saved } from "./app/restart";
import { createServers } from "./app/servers";
import { createSetup } from "./app/setup";
import { createStateReport } from "./app/state-report";
import { createStation } from "./app/station";
import { createSubscriptions } from "./app/subscriptions";
import { createTelemetry } from "./app/telemetry";
import { CHECK_PERIOD, createUpdater } from "./app/updater";
import { createWake, type Wake } from "./app/wake";
import { openAccessPoint, scan } from "./device/access-point";
import { age, FULL_TICK, millis, now, startClock } from "./device/clock";
import { reboot, rebootIn, say, startWatchdog, whenSaid } from "./device/console";
import { closeDoors, lockConsole } from "./device/doors";
import { exchange } from "./device/http";
import { isGpioLedLit, openGpioLed, openPwmLed, openRgbwLed, openWs2812Led } from "./device/led";
import { createLink } from "./device/link";
import { openInput } from "./device/pins";
import { chipMac } from "./device/sensors";
import {
  forgetFormer,
  formerSettings,
  keepSettings,
  setting,
  trySettings,
  undoFields,
  wifiPassword,
} from "./device/settings";
import { files, runningSlot, signatureOf, wordsOf } from "./device/slots";
import { forget, load, makeRoom, save } from "./device/store";
import { createWifi, restRadio } from "./device/wifi";
import { sized } from "./mqtt/bytes";
import { type3 } from "./onenet/dp";
import type { Encoder } from "./onenet/encoder";
import { createMultiprotocol } from "./onenet/multiprotocol";
import { createPlain } from "./onenet/plain";
import type { Suite } from "./board";
import type { Program } from "./onenet/profile";
import { registerBody, registerPath, type Credentials } from "./onenet/register";
import { createStudio } from "./onenet/studio";
import { createSuite } from "./onenet/suite";
import { createPartCommands } from "./parts/commands";

/** Time that the interpreter may be away from its idle loop, in s; opening a connection can take minutes of it. */
const WATCHDOG = 300;
/** Most packets that may await their acknowledgement at once: less than the 20 that mosquitto delivers. */
const MAXIMUM_IN_FLIGHT = 16;

/** File with the credentials from a registration. */
const CREDENTIALS_FILE = "onenet";
/** File with data the platform did not have when the board restarted itself. */
const OUTBOX_FILE = "outbox";
/** File with the number of failed boots. */
const BOOTS_FILE = "boots";

/** Time awake for which a board that sleeps waits for the time of day before it sends, in ms. */
const TIME_PATIENCE = 3000;

const backoff: Backoff = sleeps
  ? { longest: board.longestWait, random: () => Math.random(), failed: () => (wake as Wake).failed() }
  : { longest: board.longestWait, random: () => Math.random() };

const led = board.led;
const parts = board.parts;
const lamp = parts
  ? parts.lamp
  : led.kind === "gpio"
    ? createPlainLamp(openGpioLed(led), () => isGpioLedLit(led))
    : createRgbLamp(
        led.kind === "pwm" ? openPwmLed(led) : rgbw ? openRgbwLed(led) : openWs2812Led(led),
        led.on,
      );

const commands = parts
  ? createPartCommands(
      remoteControl
        ? (name, argument) => obeyRemote(name + " " + argument) || parts.obey(name, argument)
        : parts.obey,
      parts.wordFor,
      parts.known,
    )
  : createCommands(lamp, board.command);

/** Publishes at the board's QoS; returns as the session's `publish` does. */
function publish(topicField: string, payload: string, retain?: boolean): number {
  return connection.publish(topicField, payload, settings.qos, retain);
}

const answers = createAnswers({
  limit: board.answersLimit,
  publish,
  isReady: () => subscriptions.isReady(),
  say,
});

const program: Program = {
  publish: answers.publish,
  obey(command) {
    // With parts, words come before it.
    const answer = (remoteControl && !parts && obeyRemote(command)) || commands.obey(command);
    say("Command: " + answer);
    if (stateReport) stateReport.update(0);
    return answer;
  },
  answered: (isAccepted) => outbox.answered(isAccepted),
  checkForUpdate(message) {
    if (updater) updater.check(message);
  },
  last: (stream) => telemetry.last(stream),
  say,
  announce() {
    isAnnouncing = true;
    telemetry.again();
    if (stateReport) stateReport.online();
  },
};
const settings = board.onenet;
const profile =
  settings.generation === "multiprotocol"
    ? createMultiprotocol(settings, program)
    : settings.generation === "suite"
      ? createSuite(settings, program)
      : settings.generation === "studio"
        ? createStudio(
            settings,
            program,
            parts
              ? parts.properties
              : createProperties(
                  lamp,
                  settings.properties.led,
                  led.kind === "gpio" ? undefined : settings.properties.colour,
                ),
            board.members,
          )
        : createPlain(settings, program);

/** Sends what is waiting, as far as possible. */
function pump(): void {
  answers.pump();
  // In bulk, a message a tick is what the platform takes. Reports without a time go one by one, so they do not wait.
  if (!bulk || (board.clock && !board.clock.timeOfDay())) outbox.pump();
}

const registering = board.registration;
const registration =
  registering &&
  createRegistration({
    recall: () => load(CREDENTIALS_FILE) as Credentials | undefined,
    keep: (credentials) => save(CREDENTIALS_FILE, credentials, board.room),
    forget: () => forget(CREDENTIALS_FILE),
    ask: (answered) =>
      request(
        // Without TLS, like the log-in of the one generation that registers.
        (events) =>
          createLink(
            settings.tls,
            () => registering.server,
            () => registering.port,
            events,
            reboot,
          ),
        requestOf(
          "POST " + registerPath(registering),
          registering.server,
          registerBody(registering, chipMac()),
        ),
        answered,
      ),
    backoff,
    now: () => now,
    say,
    ready: () => connection.setNetwork(true),
  });

const servers = createServers(board.serverCount, () => now);

const host = severalServers ? () => board.host(servers.current()) : () => settings.server;
const port = severalServers ? () => board.port(servers.current()) : () => settings.port;

const connection = createConnection({
  session: {
    logIn: () => (registration ? registration.logIn(profile.logIn) : profile.logIn),
    pingPeriod: settings.pingPeriod * 1000,
    responseTimeout: board.responseTimeout,
    maximumInFlight: MAXIMUM_IN_FLIGHT,
    maximumPacket: board.maximumPacket,
    lastId: exactlyOnce ? Math.floor(Math.random() * 65535) : 0,
  },
  logInAdvice: profile.logInAdvice,
  nextAddress() {
    if (severalServers) servers.begin();
    return host() + ":" + port();
  },
  nextServer: servers.next,
  createLink: (events) =>
    createLink(settings.tls, host, port, events, () => {
      if (now >= EARLIEST) restart.restart("No socket left after TLS failed");
    }),
  backoff,
  say,
  online: (sessionPresent) => subscriptions.online(sessionPresent),
  offline: () => subscriptions.offline(),
  refused() {
    if (!registration) return;
    connection.setNetwork(false);
    registration.refused();
  },
  message: profile.receive,
  published(id, acknowledged) {
    if (!settings.qos) return; // nothing is acknowledged
    outbox.published(id, acknowledged);
    pump();
  },
  drained: pump,
  subscribed: (_id, codes) => subscriptions.subscribed(codes),
});

const subscriptions = createSubscriptions({
  filters: profile.subscriptions,
  session: connection,
  advice: profile.subscriptionAdvice,
  ready() {
    profile.online();
    if (stateReport && !sleeps) stateReport.online();
    if (homeAssistant) isAnnouncing = true;
    if (newestFirst) outbox.returned();
    pump();
  },
  say,
});

/** Whether states can be published: those of a board that sleeps only once they were measured. */
const statesReady = sleeps
  ? () => subscriptions.isReady() && telemetry.isMeasured()
  : () => subscriptions.isReady();

const stateTopic = light ? profile.stateTopic : undefined;
const stateReport =
  parts && settings.generation === "plain"
    ? createPartStates({
        count: parts.stateCount,
        topic: (index) => settings.topic + parts.stateTopic(index),
        state: parts.state,
        period: parts.statePeriod,
        isReady: sleeps ? statesReady : subscriptions.isReady,
        publish: (topicField, state) => publish(topicField, state, true),
      })
    : stateTopic &&
      createStateReport({
        state: lamp.answer,
        isReady: sleeps ? statesReady : subscriptions.isReady,
        publish: (state) => publish(sized(stateTopic), state, true),
      });

/** Whether Home Assistant is still to be told about the board. */
let isAnnouncing = false;

const streams = board.streams({
  commands: commands.count,
  led: lamp.state,
  lit: lamp.isLit,
  uptime: () => Math.floor(age() / 1000),
  lost: () => outbox.lost(),
  say,
  encoder: profile.encoder,
  batch: profile.batch,
});

const dataTopicField = sized(profile.dataTopic);

const outbox = createOutbox({
  encode: streams.encode,
  limit: board.outboxLimit,
  batch: streams.batch,
  batchLimit: board.batchLimit,
  publish: (payload) => publish(dataTopicField, payload),
  publishInPieces: (pieces, isMany) =>
    connection.publishInPieces(
      settings.generation === "studio" && isMany ? sized(profile.historyTopic as string) : dataTopicField,
      pieces,
      settings.qos,
    ),
  timeOfDay: board.clock ? board.clock.timeOfDay : () => 0,
  now: age,
  isReady: () =>
    subscriptions.isReady() &&
    connection.isIdle() &&
    (!board.clock || board.clock.isTimeSettled() || (sleeps && now >= TIME_PATIENCE)),
  emptied: () => restart.emptied(),
  say,
});

/** The end of a boot: a restart, or sleep. */
function end(): void {
  if (parts) parts.flush();
  if (sleeps) {
    isEnding = true;
    if (profile.asleep && connection.isOnline()) profile.asleep();
    connection.leave();
    sleepSoon();
  } else reboot();
}

/** Whether the board is about to sleep. */
let isEnding = false;

const restart = createRestart({
  outbox,
  session: connection,
  format: board.format,
  recall: () => load(OUTBOX_FILE) as Saved | undefined,
  keep: (saved) => save(OUTBOX_FILE, saved, board.room),
  forget: () => forget(OUTBOX_FILE),
  reboot: parts || sleeps ? end : reboot,
  say,
});

const lastResorts = sleeps
  ? undefined
  : createLastResorts(board.withoutPlatform, connection.isOnline, restart.restart, () => forget(BOOTS_FILE));

const telemetry = createTelemetry(streams, outbox.add);

const boots = createBoots(
  (sleeps && isWoken()) || millis() < POWER_ON,
  () => load(BOOTS_FILE),
  (count) => save(BOOTS_FILE, count, board.room),
);

const update = board.update;
const updater =
  update &&
  createUpdater({
    files,
    runningSlot,
    wordsOf,
    signatureOf,
    createService: (send, changed, tell) =>
      settings.generation === "plain"
        ? createOffers({
            files,
            signatureOf,
            topic: profile.updateTopic as string,
            publish: answers.publish,
            changed,
            say: tell,
          })
        : createFuseOta(settings as Suite, update.server, send, tell),
    exchange: (request, done) => exchange(update.server, update.port, request, done),
    room: board.room,
    now: () => now,
    isReady: () => subscriptions.isReady(),
    // The offer of a plain broker is there at each wake.
    isTime: () =>
      settings.generation !== "plain" &&
      (!sleepTime || !isWoken() || millis() % CHECK_PERIOD < sleepTime / 1000),
    goesOn: stayAwake,
    restart: restart.restart,
    say,
  });

const scriptSsid = severalNetworks ? board.ssid : () => board.wifi.ssid;
const scriptPassword = severalNetworks ? board.password : () => board.wifi.password;
/** A network from a phone takes the place of the one that is preferred. */
const ssid = setUpByPhone
  ? (network: number) => (network ? scriptSsid(network) : setting(0, scriptSsid(0)))
  : scriptSsid;

const remoteOptions = board.remote;
const encodeLine =
  remoteOptions &&
  (settings.generation === "multiprotocol"
    ? type3(() => ["log"])
    : settings.generation === "plain"
      ? undefined
      : (profile.encoder as NonNullable<typeof profile.encoder>)(() => ["log"]));
const remote =
  remoteOptions &&
  createRemote({
    level: remoteOptions.level,
    secrets: remoteOptions.secrets,
    age,
    isReady: () => subscriptions.isReady() && connection.isIdle(),
    send: (line) =>
      (settings.generation === "plain"
        ? publish(sized(settings.topic + "/log"), line, false)
        : publish(dataTopicField, (encodeLine as Encoder)([line], 0))) >= 0,
    lamp,
    restart: restart.restart,
    rest: () => save(BOOTS_FILE, BOOTS_BEFORE_REST, board.room),
  });

function obeyRemote(command: string): string | undefined {
  return (remote as Remote).obey(command.substring(0, 64).toLowerCase());
}

const station = createStation({
  ssid,
  networkCount: board.networkCount,
  isOnline: connection.isOnline,
  createDriver: (events) =>
    createWifi(
      {
        ssid,
        password: setUpByPhone
          ? (network) => (network ? scriptPassword(network) : wifiPassword(scriptPassword(0)))
          : scriptPassword,
        address: board.address,
        dns: board.dns,
        hostname: board.hostname,
      },
      events,
    ),
  backoff,
  now: () => now,
  up() {
    closeDoors(board.bluetooth, board.telnet);
    if (board.clock) board.clock.keep(now, say);
    if (registration) registration.setNetwork(true);
    else connection.setNetwork(true);
  },
  down() {
    if (registration) registration.setNetwork(false);
    connection.setNetwork(false);
  },
  isHeld: () => (setup ? setup.isHeld() : false),
  failed(why) {
    if (setup) setup.failed(why);
  },
  say,
});

const settingUp = board.setup;
const button = settingUp ? settingUp.button : undefined;
const isPressed =
  settingUp && button !== undefined ? openInput(button, "input_pullup", settingUp.pressed) : () => false;
const setup =
  settingUp &&
  createSetup({
    isPressed,
    open(events) {
      const mac = chipMac();
      const name = "setup-" + mac.substring(8);
      say("Setup: access point " + name + " is open");
      return openAccessPoint(name, settingUp.password || mac, events);
    },
    page: board.setupPage,
    scan,
    isUp: station.isUp,
    isJoining: station.isJoining,
    isOnline: connection.isOnline,
    attempt(next) {
      trySettings(next);
      station.again();
    },
    fields: settingUp.fields,
    keep: () => keepSettings(board.room),
    former: formerSettings,
    forgetFormer,
    undo: (former) => undoFields(former, board.room),
    restart: restart.restart,
    say,
  });

const wake = sleeps
  ? createWake({
      isWoken: isWoken(),
      isMeasured: telemetry.isMeasured,
      isSettled: () => subscriptions.isReady() && outbox.isEmpty() && connection.isIdle() && !isAnnouncing,
      quietTime: connection.quietTime,
      isBusy: () => (setup ? setup.isOpen() : false) || (updater ? updater.isBusy() : false),
      sleep(why) {
        forget(BOOTS_FILE);
        restart.restart(why);
      },
    })
  : undefined;

/** The radio and the program rest; the console stays free. */
function rest(): void {
  if (sleeps) {
    say("Safe mode: " + BOOTS_BEFORE_REST + " restarts did not help. Going to sleep");
    sleepSoon();
    return;
  }
  say("Safe mode: " + BOOTS_BEFORE_REST + " restarts did not help. Resting for an hour");
  restRadio();
  rebootIn(REST);
  // What has been on for too long goes off even now.
  if (parts) startClock(() => parts.tick(age()));
}

function run(): void {
  if (sleeps)
    beforeSleep(() => {
      if (!isEnding) restart.restart("Time is up");
    });
  else startWatchdog(WATCHDOG);
  restart.resume();
  if (ownStart)
    startOwn(board.start as NonNullable<typeof board.start>, { obey: program.obey, isLit: lamp.isLit, say });
  if (parts) parts.start(program.obey);
  startClock(() => {
    if (isEnding) return;
    if (setup && !(sleeps && now % FULL_TICK)) setup.tick();
    if (sleeps && setup?.isOpen()) stayAwake();
    station.tick();
    if (board.clock && station.isUp()) board.clock.keep(now, say);
    if (registration) registration.tick();
    connection.tick(now);
    if (severalServers) subscriptions.tick(now);
    if (parts) {
      parts.applyRules(age(), program.obey);
      parts.tick(age());
    }
    if (stateReport && !(remoteControl && (remote as Remote).isBlinking())) stateReport.update(now);
    if (updater) updater.tick();
    if (board.announcement && isAnnouncing && subscriptions.isReady() && connection.isIdle()) {
      isAnnouncing = false;
      connection.stream(board.announcement);
    }
    if (remote) remote.tick();
    if (!(remoteControl && (remote as Remote).isBlinking())) telemetry.tick(now);
    outbox.pump();
    if (lastResorts) lastResorts.tick(now);
    if (wake) wake.tick();
  });
  if (sleeps) {
    if (parts) parts.tick(0);
    telemetry.tick(0);
  }
  station.start();
}

if (remote) whenSaid(remote.heard);
closeDoors(board.bluetooth, board.telnet);
if (board.consolePassword) lockConsole(board.consolePassword);
makeRoom(board.room);
say(board.title);
if (boots.isSafe) rest();
else run();
