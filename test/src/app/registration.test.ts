import { beforeEach, expect, it } from "vitest";
import {
  ANSWER_TIMEOUT,
  createRegistration,
  type RegistrationProcess,
} from "../../../src/app/registration.ts";
import type { Credentials } from "../../../src/onenet/register.ts";

const GIVEN = '{"errno":0,"error":"succ","data":{"device_id":"35270468","key":"k"}}';

const LOG_IN = { clientId: "", cleanSession: true, keepAlive: 10, userName: "product", password: "" };

let seen: string[];
let now: number;
let kept: Credentials | undefined;
let answer: (answer: string | undefined, why?: string) => void;
let registration: RegistrationProcess;

beforeEach(() => {
  seen = [];
  now = 0;
  kept = undefined;
  registration = createRegistration({
    recall: () => kept,
    keep(credentials) {
      kept = credentials;
      seen.push(`keep ${credentials.device}`);
    },
    forget() {
      kept = undefined;
      seen.push("forget");
    },
    ask(answered) {
      seen.push("ask");
      answer = (text, why = "") => answered(text, why);
    },
    backoff: { longest: 60_000, random: () => 0 },
    now: () => now,
    say: (line) => seen.push(line),
    ready: () => seen.push(`ready ${registration.logIn(LOG_IN).clientId}`),
  });
});

function after(action: () => void): string[] {
  seen = [];
  action();
  return seen;
}

/** The output at this time. */
function at(time: number): string[] {
  now = time;
  return after(() => registration.tick());
}

const ASKED = ["OneNET: registering", "ask"];
const REGISTERED = ["keep 35270468", "OneNET: registered as device 35270468", "ready 35270468"];

it("registers at the first boot, once there is a network, and saves the credentials", () => {
  expect(at(1000)).toEqual([]);
  expect(after(() => registration.setNetwork(true))).toEqual(ASKED);
  expect(after(() => answer(GIVEN))).toEqual(REGISTERED);
});

it("does not register again at the next boot", () => {
  kept = { device: "35270468", authInfo: "k" };
  expect(after(() => registration.setNetwork(true))).toEqual(["ready 35270468"]);
});

it.each([
  [undefined, "no answer", "no answer"],
  ['{"errno":3,"error":"auth failed"}', "", "errno 3: auth failed"],
  ["<html>", "", "the answer is not JSON"],
])("reports a failure and retries after a wait: %j", (text, why, named) => {
  registration.setNetwork(true);
  expect(after(() => answer(text, why))).toEqual([`OneNET: not registered: ${named}; next try in 1 s`]);
  expect(at(999)).toEqual([]);
  expect(at(1000)).toEqual(ASKED);
  expect(after(() => answer(GIVEN))).toEqual(REGISTERED);
});

it("logs in with its credentials", () => {
  expect(registration.logIn(LOG_IN)).toEqual(LOG_IN);
  kept = { device: "35270468", authInfo: "k" };
  registration.setNetwork(true);
  expect(registration.logIn(LOG_IN)).toEqual({ ...LOG_IN, clientId: "35270468", password: "k" });
});

it("registers again if the platform no longer knows the credentials", () => {
  kept = { device: "1", authInfo: "k" };
  registration.setNetwork(true);
  expect(after(() => registration.refused())).toEqual([
    "forget",
    "OneNET: the platform does not know this device any more; next try in 1 s",
  ]);
  expect(at(1000)).toEqual(ASKED);
});

it("retries if no answer comes in time", () => {
  registration.setNetwork(true);
  expect(at(ANSWER_TIMEOUT - 1)).toEqual([]);
  expect(at(ANSWER_TIMEOUT)).toEqual(["OneNET: not registered: no answer; next try in 1 s"]);
  const late = answer;
  expect(after(() => late(GIVEN))).toEqual([]);
  expect(at(ANSWER_TIMEOUT + 1000)).toEqual(ASKED);
});

it("ignores an answer from before the network was lost", () => {
  registration.setNetwork(true);
  const late = answer;
  registration.setNetwork(false);
  expect(after(() => late(GIVEN))).toEqual([]);
  expect(after(() => registration.setNetwork(true))).toEqual(ASKED);
  expect(after(() => late(GIVEN))).toEqual([]);
  expect(after(() => answer(GIVEN))).toEqual(REGISTERED);
});

it("saves new credentials at most once an hour, however often the platform revokes them", () => {
  registration.setNetwork(true);
  let writes = 0;
  for (let time = 0; time < 6 * 3_600_000; time += 1000) {
    writes += at(time).filter((each) => each === "ask").length > 0 ? answered() : 0;
  }
  function answered(): number {
    const given = after(() => answer(GIVEN)).filter((each) => each.startsWith("keep")).length;
    registration.refused();
    return given;
  }
  expect(writes).toBeGreaterThan(1);
  expect(writes).toBeLessThanOrEqual(7);
});
