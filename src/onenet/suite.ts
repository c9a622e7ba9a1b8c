/** OneNET's second generation, MQTT物联网套件: data points as JSON, and commands, below the device's `$sys` topics. */

import type { Suite } from "../board";
import { joined } from "./encoder";
import { jsonString, jsonValue, member, parseJson, shown } from "./json";
import type { Device, Profile } from "./profile";
import { createRequests } from "./requests";
import { ownTopics, tokenLogIn } from "./token-login";

export function createSuite(settings: Suite, device: Device): Profile {
  const own = ownTopics(settings);
  const dataTopic = own + "dp/post/json";
  const request = own + "cmd/request/";
  const response = own + "cmd/response/";
  const posts = createRequests();

  /** `accepted` needs no word; `rejected` is told, of a post only when it is ours. */
  function receiveResult(topic: string, payload: string): void {
    const result = parseJson(payload);
    const isAnswer = topic.startsWith(response);
    const isOurs = isAnswer || posts.settle(member(result, "id"));
    if (!isOurs || !topic.endsWith("/rejected")) return;
    device.say(
      "OneNET: " +
        (isAnswer ? "an answer" : "data points") +
        " rejected, code " +
        shown(member(result, "err_code")) +
        ": " +
        shown(member(result, "err_msg")),
    );
  }

  return {
    logIn: tokenLogIn(settings),
    subscriptions: [dataTopic + "/+", request + "+", response + "+/+"],
    dataTopic,

    /** `{"id":123,"dp":{"temperature":[{"v":30,"t":1552289676}]}}`; `t` in s, left out while the time is not known. */
    encoder(names) {
      return (values, at) => {
        const tail = (at ? ',"t":' + Math.floor(at / 1000) : "") + "}]";
        const points = joined("", names().map(jsonString), ':[{"v":', values, tail, ",", jsonValue);
        return '{"id":' + posts.next() + ',"dp":{' + points + "}}";
      };
    },

    receive(topic, payload) {
      if (topic.startsWith(request)) {
        device.publish(response + topic.substring(request.length), device.obey(payload));
      } else receiveResult(topic, payload);
    },
  };
}
