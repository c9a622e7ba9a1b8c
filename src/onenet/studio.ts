/** OneNET's third generation, the thing model of 物联网开放平台: OneJSON below the device's `$sys/…/thing/` topics. */

import { ownCommands } from "virtual:features";
import type { Studio } from "../board";
import { joined, type Names } from "./encoder";
import {
  jsonString,
  jsonText,
  jsonValue,
  member,
  parseJson,
  shown,
  type Json,
  type JsonObject,
} from "./json";
import type { Device, Profile, Properties } from "./profile";
import { createRequests, type Requests } from "./requests";
import { ownTopics, tokenLogIn } from "./token-login";

/** Codes of the device's replies; 200 is the platform's word, the others tell an application what was wrong. */
const enum Code {
  Success = 200,
  BadRequest = 400,
  NotFound = 404,
}

/** What the answer of a command that failed begins with. */
const FAILED = "error: ";

/** What each of the platform's replies answers, in words. */
const REPLIES: Record<string, string> = {
  "property/post/reply": "data points",
  "property/desired/get/reply": "the wish for desired values",
  "event/post/reply": "an event",
};

export function createStudio(settings: Studio, device: Device, properties: Properties): Profile {
  const thing = ownTopics(settings) + "thing/";
  const requests = createRequests();
  /** The names of the data streams. */
  let streams: Names = () => [];

  function post(topic: string, params: string): void {
    device.publish(thing + topic, request(requests, params));
  }

  /** Always, or the application's call times out. */
  function reply(topic: string, id: Json | undefined, code: Code, message: string, data?: string): void {
    device.publish(
      thing + topic + "_reply",
      '{"id":' +
        jsonString(shown(id)) +
        ',"code":' +
        code +
        ',"msg":' +
        jsonString(message) +
        (data ? ',"data":' + data : "") +
        "}",
    );
  }

  function setProperties(id: Json | undefined, params: Json | undefined): void {
    const refused = Object.keys((params || {}) as JsonObject).filter(
      (name) => !properties.set(name, member(params, name)),
    );
    if (refused.length) reply("property/set", id, Code.BadRequest, "cannot set " + refused.join(", "));
    else reply("property/set", id, Code.Success, "success");
  }

  function getProperties(id: Json | undefined, names: Json | undefined): void {
    let data = "";
    for (const name of (Array.isArray(names) ? names : []) as Json[]) {
      let value = properties.get(shown(name));
      if (value === undefined) value = device.last(streams().indexOf(shown(name)));
      if (value === undefined) {
        return reply("property/get", id, Code.NotFound, "there is no value of " + shown(name));
      }
      data += (data ? "," : "") + jsonString(shown(name)) + ":" + jsonValue(value);
    }
    reply("property/get", id, Code.Success, "success", "{" + data + "}");
  }

  /** A service is a command of the board, and what is given to it the argument, as JSON; its answer is the data. */
  function invoke(topic: string, id: Json | undefined, params: Json | undefined): void {
    const service = topic.substring(8, topic.length - 7); // service/<identifier>/invoke
    if (settings.services.indexOf(service) < 0)
      return reply(topic, id, Code.NotFound, "there is no service " + service);
    const isInput = ownCommands && Object.keys((params || {}) as JsonObject).length;
    const answer = device.obey(isInput ? service + " " + jsonText(params) : service);
    if (ownCommands && answer.startsWith(FAILED))
      reply(topic, id, Code.BadRequest, answer.substring(FAILED.length));
    else reply(topic, id, Code.Success, "success", '{"answer":' + jsonString(answer) + "}");
  }

  /** Values that an application wished for while the device was away. */
  function applyDesired(data: Json | undefined): void {
    for (const name of Object.keys((data || {}) as JsonObject)) {
      if (!properties.set(name, member(member(data, name), "value"))) {
        device.say("OneNET: cannot set the desired value of " + name);
      }
    }
  }

  function receiveReply(topic: string, message: Json | undefined): void {
    const asked = REPLIES[topic];
    if (!asked || !requests.settle(member(message, "id"))) return;
    const code = member(message, "code");
    if (code !== Code.Success) {
      device.say("OneNET: " + asked + " refused, code " + shown(code) + ": " + shown(member(message, "msg")));
    } else if (topic === "property/desired/get/reply") applyDesired(member(message, "data"));
  }

  return {
    logIn: tokenLogIn(settings),

    subscriptions: ["property/set", "property/get"]
      .concat(Object.keys(REPLIES))
      // All in one: the platform takes eight filters at once.
      .concat(settings.services.length ? ["service/+/invoke"] : [])
      .map((topic) => thing + topic),

    dataTopic: thing + "property/post",

    /** `{"id":"123","version":"1.0","params":{"Power":{"value":12.5,"time":1599534283111}}}`; `time` in ms if it is known. */
    encoder(names) {
      streams = names;
      return (values, at) => {
        const tail = (at ? ',"time":' + at : "") + "}";
        const params = joined("", names().map(jsonString), ':{"value":', values, tail, ",", jsonValue);
        return request(requests, "{" + params + "}");
      };
    },

    online() {
      if (settings.event) post("event/post", "{" + jsonString(settings.event) + ':{"value":{}}}');
      post("property/desired/get", "[" + properties.names.map(jsonString).join(",") + "]");
    },

    receive(topic, payload) {
      const message = parseJson(payload);
      if (!message) {
        device.say("OneNET: not understood, on " + topic);
        return;
      }
      const id = member(message, "id");
      const params = member(message, "params");
      const what = topic.substring(thing.length);
      if (what === "property/set") setProperties(id, params);
      else if (what === "property/get") getProperties(id, params);
      else if (what.endsWith("/invoke")) invoke(what, id, params);
      else receiveReply(what, message);
    },
  };
}

function request(requests: Requests, params: string): string {
  return '{"id":"' + requests.next() + '","version":"1.0","params":' + params + "}";
}
