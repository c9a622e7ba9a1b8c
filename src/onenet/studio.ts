/** OneNET's third generation, 物联网开放平台 with its thing model: OneJSON below the device's `$sys/…/thing/` topics. */

import { bulk, ownCommands, ownValues, structs, updates } from "virtual:features";
import type { Studio } from "../board";
import { inPieces, joined, oneByOne, type Batch, type Names } from "./encoder";
import {
  asText,
  jsonString,
  jsonText,
  jsonValue,
  member,
  parseJson,
  type Json,
  type JsonObject,
  type Value,
} from "./json";
import type { Profile, Program, Properties } from "./profile";
import { createRequests } from "./requests";
import { once, propertyOf, structured, withStructs } from "./structs";
import { ownTopics, ownTopicsAdvice, tokenAdvice, tokenLogIn } from "./token-login";

/** Codes of the device's replies. 200 is the platform's; the others are for applications. */
const enum Code {
  Success = 200,
  BadRequest = 400,
  NotFound = 404,
}

/** How the answer of a failed command begins. */
const FAILED = "error: ";

/** What each of the platform's replies answers, for the console. Two lists, because merging them costs more. */
const REPLIES: Record<string, string> = bulk
  ? {
      "property/post/reply": "data points",
      "history/post/reply": "data points",
      "property/desired/get/reply": "the request for desired values",
      "event/post/reply": "an event",
    }
  : {
      "property/post/reply": "data points",
      "property/desired/get/reply": "the request for desired values",
      "event/post/reply": "an event",
    };

/** @param members names of the members of a property that is a struct; none of another */
export function createStudio(
  settings: Studio,
  program: Program,
  flat: Properties,
  members: (property: string) => readonly string[],
): Profile {
  const properties = structs ? withStructs(flat, members) : flat;
  const thing = ownTopics(settings) + "thing/";
  const requests = createRequests(program.answered);
  /** The names of the data streams. */
  let streams: Names = () => [];

  function post(topic: string, params: string): void {
    program.publish(thing + topic, before(requests.next()) + params + "}");
  }

  /** Every request gets a reply: without one the application's call times out. @param topic the request's */
  function reply(topic: string, id: Json | undefined, code: Code, message: string, data?: string): void {
    program.publish(
      topic + "_reply",
      '{"id":' +
        jsonString(asText(id)) +
        ',"code":' +
        code +
        ',"msg":' +
        jsonString(message) +
        (data ? ',"data":' + data : "") +
        "}",
    );
  }

  function setProperties(topic: string, id: Json | undefined, params: Json | undefined): void {
    const refused = Object.keys((params || {}) as JsonObject).filter(
      (name) => !properties.set(name, member(params, name)),
    );
    if (refused.length) reply(topic, id, Code.BadRequest, "cannot set " + refused.join(", "));
    else reply(topic, id, Code.Success, "success");
  }

  /** The members of a struct that have a value, as JSON; empty if none has. */
  function structOf(property: string): string {
    const names = members(property);
    const values = names.map((name) => {
      const path = property + "." + name;
      let value = properties.get(path);
      if (value === undefined) value = program.last(streams().indexOf(path));
      return value === undefined || value !== value ? null : value;
    });
    const all = joined("", names.map(jsonString), ":", values, "", ",", jsonValue);
    return all && "{" + all + "}";
  }

  function getProperties(topic: string, id: Json | undefined, names: Json | undefined): void {
    let data = "";
    // A struct is longer than its name: asked for many times, it would fill the memory.
    for (const name of (Array.isArray(names) ? (structs ? once(names as Json[]) : names) : []) as Json[]) {
      let value = properties.get(asText(name));
      if (value === undefined || (ownValues && value !== value)) {
        value = program.last(streams().indexOf(asText(name)));
      }
      const struct = structs && value === undefined ? structOf(asText(name)) : "";
      if (value === undefined && !struct) {
        return reply(topic, id, Code.NotFound, "there is no value of " + asText(name));
      }
      data += (data ? "," : "") + jsonString(asText(name)) + ":" + (struct || jsonValue(value as Value));
    }
    reply(topic, id, Code.Success, "success", "{" + data + "}");
  }

  /** A service is a command of the board; its input is the argument, as JSON, and the answer is its output. */
  function invoke(topic: string, what: string, id: Json | undefined, params: Json | undefined): void {
    const service = what.substring(8, what.length - 7); // service/<identifier>/invoke
    if (settings.services.indexOf(service) < 0)
      return reply(topic, id, Code.NotFound, "there is no service " + service);
    const isInput = ownCommands && Object.keys((params || {}) as JsonObject).length;
    const answer = program.obey(isInput ? service + " " + jsonText(params) : service);
    if (ownCommands && answer.startsWith(FAILED))
      reply(topic, id, Code.BadRequest, answer.substring(FAILED.length));
    else reply(topic, id, Code.Success, "success", '{"answer":' + jsonString(answer) + "}");
  }

  /** Applies values that an application asked for while the device was offline. */
  function applyDesired(data: Json | undefined): void {
    for (const name of Object.keys((data || {}) as JsonObject)) {
      if (!properties.set(name, member(member(data, name), "value"))) {
        program.say("OneNET: cannot set the desired value of " + name);
      }
    }
  }

  function receiveReply(topic: string, message: Json | undefined): void {
    const asked = REPLIES[topic];
    const code = member(message, "code");
    const isRefused = code !== Code.Success;
    if (!asked || !requests.settle(member(message, "id"), !isRefused)) return;
    if (isRefused) {
      program.say(
        "OneNET: " + asked + " refused, code " + asText(code) + ": " + asText(member(message, "msg")),
      );
    } else if (topic === "property/desired/get/reply") applyDesired(member(message, "data"));
  }

  /**
   * `{"id":"123","version":"1.0","params":{"Power":{"value":12.5,"time":1599534283111}}}`; several reports have lists:
   * `"params":[{"properties":{"Power":[{"value":12.5,"time":1599534283111},…]}}]`. `time` in ms, if known.
   */
  function batch(names: Names): Batch {
    streams = names;
    return (reports, isMany) =>
      inPieces(
        reports,
        names,
        structs ? propertyOf : (stream) => stream,
        (stream, values, at) => {
          const value = structs
            ? structured(names(), values, stream)
            : values[stream] === null
              ? ""
              : jsonValue(values[stream] as Value);
          return value && '{"value":' + value + (at ? ',"time":' + at : "") + "}";
        },
        before(requests.next()) + (bulk && isMany ? '[{"properties":{' : "{"),
        bulk && isMany ? ":[" : ":",
        bulk && isMany ? "]" : "",
        bulk && isMany ? "}}]}" : "}}",
      );
  }

  const filters = ["property/set", "property/get"]
    .concat(Object.keys(REPLIES))
    // One filter for all services: the platform takes eight filters at once.
    .concat(settings.services.length ? ["service/+/invoke"] : [])
    .map((topic) => thing + topic);

  return {
    logIn: tokenLogIn(settings),
    logInAdvice: tokenAdvice,
    subscriptionAdvice: ownTopicsAdvice,

    subscriptions: updates ? filters.concat(thing.slice(0, -6) + "ota/inform") : filters,

    dataTopic: thing + "property/post",

    historyTopic: thing + "history/post",
    batch,
    encoder: (names) => oneByOne(batch(names)),

    online() {
      if (settings.event) post("event/post", "{" + jsonString(settings.event) + ':{"value":{}}}');
      post("property/desired/get", "[" + properties.names.map(jsonString).join(",") + "]");
    },

    receive(topic, payload) {
      const message = parseJson(payload);
      if (!message) {
        program.say("OneNET: invalid message on " + topic);
        return;
      }
      const id = member(message, "id");
      const params = member(message, "params");
      const what = topic.substring(thing.length);
      if (updates && !topic.startsWith(thing)) {
        // The platform has a task for an update.
        reply(topic, id, Code.Success, "success");
        program.checkForUpdate();
      } else if (what === "property/set") setProperties(topic, id, params);
      else if (what === "property/get") getProperties(topic, id, params);
      else if (what.endsWith("/invoke")) invoke(topic, what, id, params);
      else receiveReply(what, message);
    },
  };
}

/** A request as far as its params. */
function before(id: number): string {
  return '{"id":"' + id + '","version":"1.0","params":';
}
