/** Any other MQTT 3.1.1 broker: all topics below one from the board file, with retained messages and a will. */

import { homeAssistant, sleeps, updates } from "virtual:features";
import { checkSetting } from "../advice";
import type { Plain } from "../board";
import { joined } from "./encoder";
import { jsonString, jsonValue } from "./json";
import type { Profile, Program } from "./profile";

/** Where Home Assistant says that it has started. */
const BIRTH = "homeassistant/status";

/**
 * Below the board's topic, `set` takes commands, `answer` has the answer to each, `state` is the LED's state, `data` has
 * the data points as `{"time":1599534283111,"temperature":22.5}`, and `status` is `online` or, by the will, `offline`; a
 * board that sleeps has no will, and says `asleep`.
 * Below a part's name, `state` is its state. `state` and `status` are retained. With updates, `update` takes the owner's
 * offers, and `update/state` has the versions (src/app/offers.ts); both are retained.
 */
export function createPlain(settings: Plain, program: Program): Profile {
  const status = settings.topic + "/status";
  const set = settings.topic + "/set";
  const update = settings.topic + "/update";
  const filters = homeAssistant
    ? updates
      ? [set, BIRTH, update]
      : [set, BIRTH]
    : updates
      ? [set, update]
      : [set];
  return {
    logIn: {
      clientId: settings.device,
      cleanSession: settings.cleanSession,
      keepAlive: settings.keepAlive,
      userName: settings.userName,
      password: settings.userName === undefined ? undefined : settings.password,
      will: sleeps ? undefined : { topic: status, payload: "offline", qos: settings.qos, retain: true },
    },
    logInAdvice: () => checkSetting("userName and password"),
    subscriptions: filters,
    subscriptionAdvice: () => checkSetting("mqtt.topic"),
    dataTopic: settings.topic + "/data",
    stateTopic: settings.topic + "/state",
    updateTopic: update,

    /** `{"time":1599534283111,"temperature":22.5}`; `time` in ms, if known. */
    encoder(names) {
      return (values, at) =>
        "{" +
        (at ? '"time":' + at + "," : "") +
        joined("", names().map(jsonString), ":", values, "", ",", jsonValue) +
        "}";
    },

    online() {
      program.publish(status, "online", true);
    },

    asleep: () => program.publish(status, "asleep", true),

    receive(topic, payload, isRetained) {
      if (homeAssistant && topic === BIRTH) {
        // One that was kept is older than the log-in, which announced the board.
        if (!isRetained && payload === "online") program.announce();
        return;
      }
      if (updates && topic === update) program.checkForUpdate(payload);
      if (topic !== set) return; // the one before, or a subscription of another program with this session
      // A retained command was obeyed when it was sent, and comes again at each log-in.
      // A board that sleeps has forgotten it.
      if (isRetained && !sleeps)
        program.say("OneNET: a retained message on " + set + " was not obeyed: send it without retain");
      else program.publish(settings.topic + "/answer", program.obey(payload));
    },
  };
}
