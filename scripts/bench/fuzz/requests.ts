/** Hostile HTTP requests, for the local OneNET's API and for the web console. */

import type { Random } from "./random.ts";
import { size, spoil, spoilJson, text, value } from "./hostile.ts";
import { nameOf } from "../../local-onenet/devices.ts";
import { identifierOf } from "../../local-onenet/iot-api/device.ts";
import { API_KEY, CODE, HEATER, LAMP, METER, tokenOf, tokenOfAccount, tokenOfProduct } from "./world.ts";

interface Route {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Content type of the body; JSON if left out. */
  readonly type?: string;
}

/** Replaced by the id of an uploaded file, which is as long. */
export const FID = `{fid${"_".repeat(31)}}`;

const BOUNDARY = "fuzz";
const PARTS = { product_id: HEATER.product, device_name: HEATER.device, 'file"; filename="灯.txt': "一" };
const FORM = `${Object.entries(PARTS)
  .map(([name, text]) => `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`)
  .join("")}--${BOUNDARY}--\r\n`;
const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

const OF_METER = { product_id: METER.product, device_name: METER.device };
const OF_HEATER = { product_id: HEATER.product, device_name: HEATER.device };
const thing = (rest: object) => JSON.stringify({ ...OF_HEATER, ...rest });
/** A device that other requests create and delete. */
const SPARE = JSON.stringify({ product_id: HEATER.product, device_name: "spare", desc: "备用" });
const IMAGE = `/mqtt/v1/devices/${identifierOf(nameOf(METER))}/image`;
const OTA = `/fuse-ota/${nameOf(HEATER)}`;
const POST_TOPIC = `$sys/${nameOf(HEATER)}/thing/property/post`;
const HOUR = { start_time: String(Date.now() - 3_600_000), end_time: String(Date.now()) };

/** `{uuid}` is replaced by that of a sent command. */
const API: readonly Route[] = [
  {
    method: "POST",
    path: "/register_de",
    query: { register_code: CODE },
    body: '{"sn":"A-1","title":"温度计"}',
  },
  { method: "POST", path: "/register_de", query: { register_code: CODE }, body: '{"mac":"3c71bfc80054"}' },
  { method: "POST", path: "/cmds", query: { device_id: LAMP.device }, body: "on" },
  { method: "GET", path: "/cmds/{uuid}" },
  { method: "GET", path: "/cmds/{uuid}/resp" },
  { method: "GET", path: `/devices/${LAMP.device}` },
  { method: "GET", path: `/devices/${LAMP.device}/datastreams`, query: { datastream_ids: "a,b" } },
  {
    method: "GET",
    path: `/devices/${LAMP.device}/datapoints`,
    query: { datastream_id: "a", limit: "6000", sort: "DESC" },
  },
  {
    method: "POST",
    path: `/devices/${LAMP.device}/datapoints`,
    query: { type: "3" },
    body: '{"a":1,"b":"x"}',
  },
  { method: "POST", path: `/devices/${LAMP.device}/datapoints`, query: { type: "5" }, body: ",;a,1;b,2" },
  { method: "POST", path: "/mqtt", query: { topic: "t" }, body: "text" },
  { method: "POST", path: "/datapoint/synccmds", query: { ...OF_METER, timeout: "1" }, body: "on" },
  { method: "GET", path: "/datapoint/current-datapoints", query: OF_METER },
  { method: "GET", path: "/datapoint/history-datapoints", query: { ...OF_METER, datastream_id: "a" } },
  { method: "GET", path: "/device/list", query: { product_id: HEATER.product, limit: "100" } },
  { method: "GET", path: "/device/detail", query: OF_HEATER },
  { method: "POST", path: "/device/create", body: SPARE },
  { method: "POST", path: "/device/update", body: SPARE },
  { method: "POST", path: "/device/delete", body: SPARE },
  {
    method: "GET",
    path: "/thingmodel/query-device-property-history",
    query: { ...OF_HEATER, identifier: "led", ...HOUR },
  },
  { method: "GET", path: "/thingmodel/query-thing-model", query: { product_id: HEATER.product } },
  {
    method: "POST",
    path: "/thingmodel/query-device-desired-property",
    body: thing({ params: ["led"] }),
  },
  {
    method: "POST",
    path: "/thingmodel/delete-device-desired-property",
    body: thing({ params: { led: { version: 1 } } }),
  },
  { method: "GET", path: "/thingmodel/query-device-property", query: OF_HEATER },
  {
    method: "POST",
    path: "/thingmodel/set-device-property",
    body: thing({ params: { led: true, colour: "#ff0000" } }),
  },
  {
    method: "POST",
    path: "/thingmodel/query-device-property-detail",
    body: thing({ params: ["led", "count"] }),
  },
  { method: "POST", path: "/thingmodel/set-device-desired-property", body: thing({ params: { led: true } }) },
  {
    method: "POST",
    path: "/thingmodel/call-service",
    body: thing({ identifier: "blink", params: { times: 3 } }),
  },
  { method: "GET", path: "/product/detail", query: { product_id: HEATER.product } },
  { method: "POST", path: "/device/reset-seckey", body: SPARE },
  {
    method: "POST",
    path: "/device/movedevice",
    body: `{"product_id":"${HEATER.product}","device_name":["${HEATER.device}"],"target_user_tel":"13800000000"}`,
  },
  { method: "GET", path: "/device/status-history", query: { ...OF_HEATER, ...HOUR, sort: "1" } },
  { method: "GET", path: "/device/operation-log", query: { ...OF_HEATER, ...HOUR } },
  { method: "POST", path: "/device/file-upload", body: FORM, type: FORM_TYPE },
  { method: "POST", path: "/device/file-upload", body: FORM, type: FORM_TYPE },
  { method: "GET", path: "/device/file-list", query: { offset: "0", limit: "1000" } },
  { method: "GET", path: "/device/file-download", query: { fid: FID } },
  { method: "POST", path: "/device/file-delete", body: `{"fid":"${FID}"}` },
  { method: "GET", path: "/device/file-space" },
  { method: "GET", path: "/device/file-device-count", query: OF_HEATER },
  { method: "GET", path: "/thingmodel/query-system-thing-model" },
  { method: "GET", path: IMAGE },
  {
    method: "PUT",
    path: `${IMAGE}/properties`,
    body: '{"state":{"desired":{"colour":"red","place":{"x":[1]}}}}',
  },
  { method: "POST", path: `${OTA}/version`, body: '{"s_version":"V1.0","f_version":"2v29"}' },
  { method: "GET", path: `${OTA}/version` },
  { method: "GET", path: `${OTA}/check`, query: { type: "2", version: "1" } },
  { method: "GET", path: `${OTA}/{tid}/check` },
  { method: "GET", path: `${OTA}/{tid}/download` },
  { method: "POST", path: `${OTA}/{tid}/status`, body: '{"step":50}' },
  { method: "POST", path: `${OTA}/{tid}/status`, body: '{"step":101}' },
  {
    method: "POST",
    path: "/local-ota/package",
    query: { product_id: HEATER.product, version: "v2", device_name: HEATER.device },
    body: "print(1)",
  },
  { method: "GET", path: "/local-ota/packages", query: { product_id: HEATER.product } },
  {
    method: "POST",
    path: "/local-ota/task",
    body: thing({ package_id: 1, fault: { kind: "cut", at: 500 } }),
  },
  { method: "GET", path: "/local-ota/tasks", query: { product_id: HEATER.product } },
  { method: "POST", path: "/local-ota/cancel", body: thing({}) },
  {
    method: "POST",
    path: "/studio/http/device/thing/property/post",
    query: { topic: POST_TOPIC, protocol: "http" },
    body: '{"id":"1","version":"1.0","params":{"led":{"value":true}}}',
  },
  { method: "GET", path: "/local/datapoints", query: { format: "json", device: nameOf(HEATER) } },
  { method: "GET", path: "/local/platform" },
];

const CONSOLE: readonly Route[] = [
  { method: "GET", path: "/" },
  { method: "GET", path: "/page.js" },
  { method: "GET", path: "/api/session" },
  { method: "GET", path: "/api/events" },
  { method: "POST", path: "/api/log-in", body: '{"password":"guess"}' },
  { method: "POST", path: "/api/command", body: `{"board":"device ${LAMP.device}","text":"toggle"}` },
  { method: "POST", path: "/api/fault", body: `{"board":"device ${LAMP.device}","fault":"wifi"}` },
  { method: "POST", path: "/api/input", body: `{"board":"device ${LAMP.device}","input":"x","value":1}` },
  {
    method: "POST",
    path: "/api/sensor",
    body: `{"board":"device ${LAMP.device}","part":"air","sensor":0,"fault":"away"}`,
  },
];

/** `{host}` is replaced by the server's address. */
export function apiRequest(random: Random): Buffer {
  const token = random.chance(0.7)
    ? tokenOfAccount()
    : random.pick([tokenOf(METER), tokenOf(HEATER), tokenOfProduct(HEATER)]);
  return request(random, API, [
    ["api-key", random.chance(0.7) ? API_KEY : "api-key"],
    ["authorization", token],
    ["token", tokenOf(HEATER)],
  ]);
}

/** `{host}` is replaced by the server's address and `{cookie}` by a valid log-in cookie. */
export function consoleRequest(random: Random): Buffer {
  return request(random, CONSOLE, [["cookie", "{cookie}"]]);
}

type Header = readonly [name: string, value: string];

function request(random: Random, routes: readonly Route[], keys: readonly Header[]): Buffer {
  const {
    method,
    path,
    query = {},
    body = "",
    type = "application/json",
  } = routes[random.int(routes.length)] ?? { method: "GET", path: "/" };
  // Bytes after a request without a body are a second, broken one, whose refusal hides the answer to the first.
  const hasBody = method !== "GET" || random.chance(0.05);
  const content =
    !hasBody || random.chance(0.3)
      ? Buffer.from(body)
      : spoil(random, Buffer.from(hostileBody(random, body)));
  const target = random.chance(0.7) ? `${path}${queryOf(query)}` : hostileTarget(random, path, query);
  const headers: Header[] = [
    ["host", "{host}"],
    ["connection", "close"],
  ];
  // Send all keys, so that every route finds the one it needs.
  for (const [name, key] of keys) {
    if (random.chance(0.95)) headers.push([name, random.chance(0.95) ? key : headerText(random)]);
  }
  if (path.endsWith("/download") && random.chance(0.8)) headers.push(["range", rangeText(random)]);
  if (hasBody) {
    headers.push(["content-type", random.chance(0.95) ? type : headerText(random)]);
    headers.push(
      random.chance(0.95) ? ["content-length", String(content.length)] : lengthOf(random, content),
    );
  }
  if (random.chance(0.2)) headers.push(hostileHeader(random));
  const verb = random.chance(0.95)
    ? method
    : random.pick(["GET", "POST", "HEAD", "PUT", "OPTIONS", "TRACE", "X", ""]);
  const head = [`${verb} ${target} HTTP/1.1`, ...headers.map(([name, is]) => `${name}: ${is}`)].join("\r\n");
  const bytes = Buffer.concat([Buffer.from(`${head}\r\n\r\n`), content]);
  return random.chance(0.85) ? bytes : spoil(random, bytes);
}

function hostileBody(random: Random, body: string): string {
  if (random.chance(0.2)) return value(random);
  if (body === FORM) return body; // its bytes are spoilt
  return body.startsWith("{") ? spoilJson(random, body) : text(random);
}

function queryOf(query: Readonly<Record<string, string>>): string {
  const search = new URLSearchParams(query).toString();
  return search === "" ? "" : `?${search}`;
}

function hostileTarget(random: Random, path: string, query: Readonly<Record<string, string>>): string {
  const part = () => percent(Buffer.from(text(random)).subarray(0, 3000));
  switch (random.int(6)) {
    case 0:
      return `${path}/${part()}${queryOf(query)}`;
    case 1:
      return path.replace(/[^/]+$/, part()) + queryOf(query);
    case 2:
      return `${path}?${Object.entries(query)
        .map(([name, is]) => `${name}=${random.chance(0.5) ? part() : is}`)
        .join("&")}`;
    case 3:
      return `${path}?${"a=1&".repeat(random.int(3000))}${queryOf(query).slice(1)}`;
    case 4:
      return `${path}${random.pick(["%", "%zz", "%00", "//", "/..", "?", "#", ";", "\\", "%2f"]).repeat(1 + random.int(20))}`;
    default:
      return `${queryOf(query).replaceAll("=", random.pick(["", "[]=", "=&="]))}${",".repeat(size(random))}`;
  }
}

/** A header `Range`, of a file of some thousand bytes. */
function rangeText(random: Random): string {
  const end = () => random.pick(["", "0", "1", "5000", "99999", "9".repeat(15), "9".repeat(400), "-1", "x"]);
  return `${random.pick(["bytes=", "", "BYTES= ", "lines="])}${end()}-${end()}${random.pick(["", "", ",3-4", " "])}`;
}

/** The last character of truncated text may be incomplete. */
function percent(bytes: Buffer): string {
  return bytes.toString("hex").replace(/../g, "%$&");
}

function lengthOf(random: Random, { length }: Buffer): Header {
  return random.pick<Header>([
    ["content-length", String(length + 1)],
    ["content-length", String(Math.max(0, length - 1))],
    ["content-length", "99999999999999999999"],
    ["content-length", "-1"],
    ["content-length", "1e3"],
    ["transfer-encoding", "chunked"],
    ["transfer-encoding", "identity, chunked"],
  ]);
}

function hostileHeader(random: Random): Header {
  return random.pick<() => Header>([
    () => ["host", headerText(random)],
    () => ["origin", headerText(random)],
    () => ["cookie", `console=${headerText(random)}; `.repeat(1 + random.int(100))],
    () => ["expect", "100-continue"],
    () => ["upgrade", "websocket"],
    () => ["content-encoding", "gzip"],
    () => ["authorization", `version=2018-10-31&res=${"%2F".repeat(random.int(200))}&et=1&method=md5&sign=x`],
    () => ["__proto__", headerText(random)],
    () => [headerText(random).slice(0, 100), "x"],
  ])();
}

/** UTF-8 in a header that is sent as Latin-1: broken in both encodings. */
function headerText(random: Random): string {
  return text(random).slice(0, random.chance(0.95) ? 500 : 20_000);
}
