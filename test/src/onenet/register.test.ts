import { expect, it } from "vitest";
import { readRegistration, registerBody, registerPath } from "../../../src/onenet/register.ts";
import { utf8 } from "../../support/bytes.ts";

const REGISTRATION = { code: "AbC123", sn: "", title: "", server: "api.heclouds.com", port: 80 };

it("sends the registration code", () => {
  expect(registerPath(REGISTRATION)).toBe("/register_de?register_code=AbC123");
});

it.each([
  [REGISTRATION, '{"mac":"240ac4000001"}'],
  [{ ...REGISTRATION, title: utf8("教室灯") }, utf8('{"mac":"240ac4000001","title":"教室灯"}')],
  [{ ...REGISTRATION, sn: "SN-1", title: "Lamp" }, '{"sn":"SN-1","title":"Lamp"}'],
])("identifies itself: %j", (registration, body) => {
  expect(registerBody(registration, "240ac4000001")).toBe(body);
});

it("reads the credentials", () => {
  const answer = '{"errno":0,"error":"succ","data":{"device_id":"35270468","key":"J5TztQYr="}}';
  expect(readRegistration(answer)).toEqual({ device: "35270468", authInfo: "J5TztQYr=" });
});

it.each([
  ['{"errno":3,"error":"auth failed"}', "errno 3: auth failed"],
  ["<html>", "the answer is not JSON"],
  ["", "the answer is not JSON"],
  ['{"errno":0,"error":"succ"}', "errno 0: succ"],
  ['{"errno":0,"error":"succ","data":{"device_id":1,"key":"k"}}', "errno 0: succ"],
  ['{"errno":0,"error":"succ","data":{"device_id":"","key":"k"}}', "errno 0: succ"],
  ['{"errno":0,"error":"succ","data":{"device_id":"1\\u0000","key":"k"}}', "errno 0: succ"],
  ['{"errno":0,"error":"succ","data":{"device_id":"1","key":"k\\n"}}', "errno 0: succ"],
  ['{"errno":0,"error":"succ","data":{"device_id":"1\xff","key":"k"}}', "errno 0: succ"],
  [`{"errno":0,"error":"succ","data":{"device_id":"1","key":"${"k".repeat(300)}"}}`, "errno 0: succ"],
])("explains what is wrong with the answer %j", (answer, reason) => {
  expect(readRegistration(answer)).toBe(reason);
});
