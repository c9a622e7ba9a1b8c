/** OneNET's second generation, MQTT物联网套件: data points as JSON, and commands, below the device's `$sys` topics. */

import type { Suite } from "../board";
import { append, joinedPoints, oneByOne, type Batch, type Names } from "./encoder";
import { asText, jsonValue, member, parseJson } from "./json";
import type { Profile, Program } from "./profile";
import { createRequests } from "./requests";
import { ownTopics, ownTopicsAdvice, tokenAdvice, tokenLogIn } from "./token-login";

export function createSuite(settings: Suite, program: Program): Profile {
  const own = ownTopics(settings);
  const dataTopic = own + "dp/post/json";
  const request = own + "cmd/request/";
  const response = own + "cmd/response/";
  const posts = createRequests();

  /** Ignores `accepted`; reports `rejected`, for a post only if it is ours. */
  function receiveResult(topic: string, payload: string): void {
    const result = parseJson(payload);
    const isAnswer = topic.startsWith(response);
    const isOurs = isAnswer || posts.settle(member(result, "id"));
    if (!isOurs || !topic.endsWith("/rejected")) return;
    program.say(
      "OneNET: " +
        (isAnswer ? "an answer" : "data points") +
        " rejected, code " +
        asText(member(result, "err_code")) +
        ": " +
        asText(member(result, "err_msg")),
    );
  }

  /** `{"id":123,"dp":{"temperature":[{"v":30,"t":1552289676}]}}`; `t` in s, left out while the time is unknown. */
  function batch(names: Names): Batch {
    return {
      add(points, values, at) {
        const tail = (at ? ',"t":' + Math.floor(at / 1000) : "") + "}";
        let length = 0;
        values.forEach((value, index) => {
          if (value !== null) length += append(points, index, '{"v":' + jsonValue(value) + tail);
        });
        return length;
      },
      payload: (points) =>
        '{"id":' + posts.next() + ',"dp":{' + joinedPoints(names(), ":[", points, "]") + "}}",
    };
  }

  return {
    logIn: tokenLogIn(settings),
    logInAdvice: tokenAdvice,
    subscriptionAdvice: ownTopicsAdvice,
    subscriptions: [dataTopic + "/+", request + "+", response + "+/+"],
    dataTopic,
    online: () => undefined,

    batch,
    encoder: (names) => oneByOne(batch(names)),

    receive(topic, payload) {
      if (topic.startsWith(request)) {
        program.publish(response + topic.substring(request.length), program.obey(payload));
      } else receiveResult(topic, payload);
    },
  };
}
