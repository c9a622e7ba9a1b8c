/** OneNET's second generation, MQTT物联网套件: data points as JSON, and commands, below the device's `$sys` topics. */

import type { Suite } from "../board";
import { inPieces, oneByOne, type Batch, type Names } from "./encoder";
import { asText, jsonValue, member, parseJson, type Value } from "./json";
import type { Profile, Program } from "./profile";
import { createRequests } from "./requests";
import { ownTopics, ownTopicsAdvice, tokenAdvice, tokenLogIn } from "./token-login";

export function createSuite(settings: Suite, program: Program): Profile {
  const own = ownTopics(settings);
  const dataTopic = own + "dp/post/json";
  const request = own + "cmd/request/";
  const response = own + "cmd/response/";
  const posts = createRequests(program.answered);

  /** Ignores `accepted`; reports `rejected`, for a post only if it is ours. */
  function receiveResult(topic: string, payload: string): void {
    const result = parseJson(payload);
    const isAnswer = topic.startsWith(response);
    const isRejected = topic.endsWith("/rejected");
    const isOurs = isAnswer || posts.settle(member(result, "id"), !isRejected);
    if (!isOurs || !isRejected) return;
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
    return (reports) =>
      inPieces(
        reports,
        names,
        (stream) => stream,
        (stream, values, at) =>
          values[stream] === null
            ? ""
            : '{"v":' +
              jsonValue(values[stream] as Value) +
              (at ? ',"t":' + Math.floor(at / 1000) : "") +
              "}",
        '{"id":' + posts.next() + ',"dp":{',
        ":[",
        "]",
        "}}",
      );
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
