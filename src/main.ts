/** Makes the parts that this board needs and starts them. */

import * as board from "virtual:board";
import { createBackoff } from "./app/backoff";
import { createCommands } from "./app/commands";
import { createConnection } from "./app/connection";
import { createFailureCount } from "./app/failures";
import { createPlainLamp, createRgbLamp } from "./app/lamp";
import { createTelemetry } from "./app/telemetry";
import { startClock } from "./device/clock";
import { reboot, say } from "./device/console";
import { openGpioLed, openPwmLed, openWs2812Led } from "./device/led";
import { openLink } from "./device/link";
import { joinWifi } from "./device/wifi";
import { SUBSCRIPTION_REFUSED } from "./mqtt/packet";
import { multiprotocol as profile } from "./onenet/multiprotocol";

/** Longest wait for any answer of the server, in ms. */
const RESPONSE_TIMEOUT = 10000;
/** Most packets that may await their acknowledgement at once. */
const MAXIMUM_IN_FLIGHT = 8;
/** Largest packet that is taken from the server, in bytes: commands are short, memory is not plenty. */
const MAXIMUM_PACKET = 4096;

let now = 0;

const led = board.led;
const lamp =
  led.kind === "gpio"
    ? createPlainLamp(openGpioLed(led))
    : createRgbLamp(led.kind === "pwm" ? openPwmLed(led) : openWs2812Led(led), led.on);

const commands = createCommands(lamp);

const count = createFailureCount(() => {
  say("Three publishes failed in a row: rebooting");
  reboot();
});

const connection = createConnection({
  session: {
    ...profile.logIn(board.onenet),
    pingPeriod: board.onenet.pingPeriod * 1000,
    responseTimeout: RESPONSE_TIMEOUT,
    maximumInFlight: MAXIMUM_IN_FLIGHT,
    maximumPacket: MAXIMUM_PACKET,
  },
  server: board.onenet.server + ":" + board.onenet.port,
  openLink: (events) => openLink(board.onenet.server, board.onenet.port, events),
  backoff: createBackoff(board.longestWait, Math.random),
  say,
  online() {
    const topics = profile.subscriptions(board.onenet);
    if (topics.length) connection.subscribe(topics, 1);
    telemetry.setOnline(true);
  },
  offline: () => telemetry.setOnline(false),
  message(topic, payload) {
    const answer = commands.obey(payload);
    const answerTopic = profile.answerTopic(topic);
    say("Command on " + topic + ": " + answer);
    if (answerTopic) publish(answerTopic, answer);
    telemetry.changed();
  },
  published(id, acknowledged) {
    count(acknowledged);
    telemetry.published(id, acknowledged);
  },
  subscribed(_id, codes) {
    for (let i = 0; i < codes.length; i++) {
      if (codes.charCodeAt(i) === SUBSCRIPTION_REFUSED) {
        say("OneNET: subscription refused: check onenet.topics in the board file");
      }
    }
  },
});

/** Returns as the session's `publish` does. */
function publish(topic: string, payload: string): number {
  const id = connection.publish(topic, payload, board.onenet.qos);
  if (id <= 0) count(!id);
  return id;
}

const telemetry = createTelemetry(
  board.groups({ commands: commands.count, led: lamp.state, uptime: () => now / 1000 }),
  {
    publish: (payload) => publish(profile.dataTopic, payload),
    timeOfDay: board.clock ? board.clock.timeOfDay : () => undefined,
    say,
  },
);

say(board.title);
startClock((time) => {
  now = time;
  connection.tick(now);
  telemetry.tick(now);
});
joinWifi(board.wifi, createBackoff(board.longestWait, Math.random), {
  up() {
    if (board.clock) board.clock.ask(say);
    connection.setNetwork(true);
  },
  down: () => connection.setNetwork(false),
  say,
});
