/**
 * The file space (设备文件): "POST /device/file-upload, multipart product_id, device_name, file; user token 2022-05-01 →
 * fid; /device/file-list|file-download?fid=|file-delete|file-space|file-device-count; ≤20 MB a file, 1 GB an account, 3
 * months, 1000 a device; jpg jpeg png bmp gif webp tiff txt".
 */

import { request } from "node:http";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { mintToken } from "../../../scripts/boards/token.ts";
import { NOTHING_KEPT } from "../../../scripts/local-onenet/data.ts";
import { createFileSpace, LARGEST_FILE } from "../../../scripts/local-onenet/files/file-space.ts";
import type { LocalOneNet } from "../../../scripts/local-onenet/index.ts";
import { ACCOUNT, CHIC, HEATER, NAMESAKE, next, PRODUCT_KEY, startPlatform, tokenOf } from "./wire.ts";

let platform: LocalOneNet;
beforeEach(async () => {
  platform = await startPlatform();
});
afterEach(() => platform.close());

const USER = mintToken({ resource: `userid/${ACCOUNT.user}`, expires: 2e9, method: "sha1" }, ACCOUNT.key);
const IDS = { product_id: HEATER.product, device_name: HEATER.device };
const PICTURE = Buffer.from([0xff, 0xd8, 0, 13, 10, 45, 45, 13, 10, 0xff, 0xd9]);

function fetchFrom(path: string, init: RequestInit = {}, token = USER): Promise<Response> {
  const headers = { ...(init.headers as Record<string, string> | undefined), authorization: token };
  return fetch(`http://127.0.0.1:${platform.httpPort}${path}`, { ...init, headers });
}

async function call(path: string, init?: RequestInit, token?: string): Promise<unknown> {
  const response = await fetchFrom(path, init, token);
  expect(response.status).toBe(200);
  return response.json();
}

function upload(name: string, bytes: Uint8Array<ArrayBuffer> = PICTURE, ids: object = IDS, token?: string) {
  const body = new FormData();
  for (const [key, value] of Object.entries(ids)) body.append(key, String(value));
  body.append("imei", "undefined"); // as a published program sends it
  body.append("file", new Blob([bytes]), name);
  return call("/device/file-upload", { method: "POST", body }, token);
}

/** A form that no library would write. */
function uploadRaw(
  body: string | Uint8Array<ArrayBuffer>,
  type = "multipart/form-data; boundary=b",
): Promise<unknown> {
  return call("/device/file-upload", { method: "POST", body, headers: { "content-type": type } });
}

const part = (disposition: string, content: string) =>
  `--b\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;
const OWN = part('name="product_id"', HEATER.product) + part('name="device_name"', HEATER.device);

async function fidOf(answer: Promise<unknown>): Promise<string> {
  const { code, msg, data } = (await answer) as { code: number; msg: string; data?: { fid: string } };
  expect([code, msg]).toEqual([0, "succ"]);
  return data?.fid ?? "";
}

const remove = (fid: unknown, token?: string) =>
  call("/device/file-delete", { method: "POST", body: JSON.stringify({ fid }) }, token);

/** Published programs read `data.list[].fid`, `name`, `file_size`, `ct`, `data.meta.total`, `total_size`, `use_size`, `has_size`, `upper_limit` and `files_total`. */
test("a file is uploaded, listed, downloaded and deleted", async () => {
  const notice = next(platform, "notice");
  const fid = await fidOf(upload("é 灯 😀.jpg"));
  expect(await notice).toEqual({
    device: "9MaNe52pNO/heater",
    detail: "uploaded the file é 灯 😀.jpg, 11 bytes",
  });
  const second = await fidOf(upload("b.TXT", Buffer.from("二")));
  const ct = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) as string;
  const first = { fid, name: "é 灯 😀.jpg", file_size: 11, ct, ...IDS };
  const last = { fid: second, name: "b.TXT", file_size: 3, ct, ...IDS };
  expect(await call("/device/file-list?limit=1000&offset=0")).toMatchObject({
    code: 0,
    data: { list: [last, first], meta: { total: 2, limit: 1000, offset: 0 } },
  });
  expect(await call("/device/file-list?offset=1&limit=1")).toMatchObject({
    data: { list: [first], meta: { total: 2 } },
  });
  const count = `/device/file-device-count?${new URLSearchParams(IDS).toString()}`;
  expect(await call(count)).toMatchObject({ code: 0, data: { upper_limit: 1000, files_total: 2 } });
  const total_size = 64 * 2 ** 20;
  expect(await call("/device/file-space")).toMatchObject({
    code: 0,
    data: { total_size, use_size: 14, has_size: total_size - 14 },
  });

  const got = await fetchFrom(`/device/file-download?fid=${fid}`);
  expect(Buffer.from(await got.arrayBuffer())).toEqual(PICTURE);
  expect(got.headers.get("content-disposition")).toBe(
    "attachment; filename*=UTF-8''%C3%A9%20%E7%81%AF%20%F0%9F%98%80.jpg",
  );
  expect(await remove(fid)).toMatchObject({ code: 0 });
  expect(await remove(fid)).toMatchObject({ code: 10001, msg: "fid must be that of a file" });
  expect(await call(`/device/file-download?fid=${fid}`)).toMatchObject({ code: 10001 });
  expect(await call(count)).toMatchObject({ data: { files_total: 1 } });
});

test("a token sees the files of the devices that it opens", async () => {
  const fid = await fidOf(upload("a.jpg", PICTURE, IDS, tokenOf(HEATER)));
  await fidOf(
    upload("b.jpg", PICTURE, { product_id: CHIC.product, device_name: CHIC.device }, tokenOf(CHIC)),
  );
  const stranger = { product_id: NAMESAKE.product, device_name: NAMESAKE.device };
  await fidOf(upload("c.jpg", PICTURE, stranger, tokenOf(NAMESAKE)));
  const names = async (token: string) => {
    const { data } = (await call("/device/file-list", {}, token)) as { data: { list: { name: string }[] } };
    return data.list.map(({ name }) => name);
  };
  const product = mintToken(
    { resource: `products/${HEATER.product}`, expires: 2e9, method: "sha1" },
    PRODUCT_KEY,
  );
  expect(await Promise.all([USER, product, tokenOf(CHIC), tokenOf(NAMESAKE)].map(names))).toEqual([
    ["b.jpg", "a.jpg"],
    ["a.jpg"],
    ["b.jpg"],
    ["c.jpg"],
  ]);
  expect(await upload("d.jpg", PICTURE, stranger)).toMatchObject({ code: 10403 });
  expect(await call(`/device/file-download?fid=${fid}`, {}, tokenOf(CHIC))).toMatchObject({ code: 10001 });
  expect(await remove(fid, tokenOf(CHIC))).toMatchObject({ code: 10001 });
  expect(await call("/device/file-list", {}, "wrong")).toMatchObject({ code: 10403 });
  const deleted = { method: "POST", body: JSON.stringify(IDS) };
  expect(await call("/device/delete", deleted, product)).toMatchObject({ code: 0 });
  expect(await names(USER)).toEqual(["b.jpg"]);
});

test.each([
  ["another type", "page.html", /must be jpg, jpeg, png/],
  ["a second type", "a.jpg.exe", /must be jpg/],
  ["only a type", ".jpg", /begins with no dot/],
  ["a hidden one", "..jpg", /begins with no dot/],
  ["a folder", "a/b.jpg", /without its folder/],
  ["the folder above", "../../a.jpg", /without its folder/],
  ["a folder of Windows", "C:\\a.jpg", /without its folder/],
  ["a reversed line", "a\u202egpj.exe.jpg", /invisible character/],
  ["a line break", "a\r\nX-Header: 1.txt", /none of|invisible/],
  ["a NUL", "a\u0000.jpg", /invisible character/],
  ["a quotation mark", 'a".jpg', /none of/],
  ["a long name", `${"é".repeat(97)}.jpg`, /at most 100 characters/],
])("a hostile file name is refused: %s", async (_what, name, reason) => {
  expect(await upload(name)).toMatchObject({ code: 10001, msg: expect.stringMatching(reason) as string });
  expect(await call("/device/file-space")).toMatchObject({ data: { use_size: 0 } });
});

test("a name in a header of its own form is read", async () => {
  await fidOf(uploadRaw(`${OWN}${part("filename*=utf-8''%E7%81%AF.jpg; name=file", "x")}--b--`));
  await fidOf(uploadRaw(`preamble\r\n${OWN}${part('name="file"; filename="灯.txt"', "x")}--b--\r\nrest`));
  const { data } = (await call("/device/file-list")) as { data: { list: { name: string }[] } };
  expect(data.list.map(({ name }) => name)).toEqual(["灯.txt", "灯.jpg"]);
});

const FILE = part('name="file"; filename="a.jpg"', "x");
test.each<[what: string, body: string | Uint8Array<ArrayBuffer>, reason: RegExp, type?: string]>([
  ["no form", "{}", /must be a form/, "application/json"],
  ["no boundary", OWN, /with a boundary/, "multipart/form-data"],
  ["another boundary", `${OWN}${FILE}--b--`, /has no end/, "multipart/form-data; boundary=c"],
  ["a long boundary", OWN, /with a boundary/, `multipart/form-data; boundary="${"b".repeat(71)}"`],
  ["no end", OWN + FILE, /has no end/],
  ["no headers", `--b\r\nx--b--`, /part 1 of the form has no headers/],
  [
    "headers without an end",
    `--b\r\n${"a: b\r\n".repeat(1000)}\r\n\r\nx\r\n--b--`,
    /part 1 of the form has no headers/,
  ],
  ["no name", `${part("filename=a.jpg", "x")}--b--`, /part 1 of the form has no name/],
  ["a malformed name", `${part("name=file; filename*=UTF-8''%E7.jpg", "x")}--b--`, /malformed file name/],
  [
    "a name in GBK",
    Buffer.from(`${part('name="file"; filename="\xb5\xc6.jpg"', "x")}--b--`, "latin1"),
    /not UTF-8/,
  ],
  ["many parts", `${OWN.repeat(20)}--b--`, /at most 16 parts/],
  ["no file", `${OWN}--b--`, /no file/],
  ["a text in place of a file", `${OWN}${part('name="file"', "x")}--b--`, /no file/],
  ["an empty file", `${OWN}${part('name="file"; filename="a.jpg"', "")}--b--`, /the file is empty/],
  ["no device", `${FILE}--b--`, /product_id and device_name are missing/],
  ["nothing", "", /has no end/],
])("a malformed form is refused: %s", async (_what, body, msg, type) => {
  expect(await uploadRaw(body, type)).toMatchObject({
    code: 10001,
    msg: expect.stringMatching(msg) as string,
  });
});

test("a file has at most 20 MiB, and what is longer is not read", async () => {
  await fidOf(upload("a.jpg", Buffer.alloc(LARGEST_FILE)));
  expect(await upload("b.jpg", Buffer.alloc(LARGEST_FILE + 1))).toMatchObject({
    code: 10001,
    msg: "a file has at most 20 MiB",
  });
  const sent = await upload("c.jpg", Buffer.alloc(LARGEST_FILE + 20_000)).catch((error: unknown) => error);
  if (!(sent instanceof Error)) expect(sent).toMatchObject({ code: 10001, msg: "a file has at most 20 MiB" });
  expect(await call("/device/file-space")).toMatchObject({ data: { use_size: LARGEST_FILE } });
});

test("at most four files are received at a time", async () => {
  const slow = [1, 2, 3, 4].map(() => {
    const headers = { authorization: USER, "content-length": 100 };
    const sent = request({ port: platform.httpPort, method: "POST", path: "/device/file-upload", headers });
    sent.on("error", () => undefined).flushHeaders();
    return sent;
  });
  const busy = { code: 500, msg: "4 files are being uploaded already: try again" };
  await expect.poll(() => upload("a.jpg")).toMatchObject(busy);
  for (const sent of slow) sent.destroy();
  await expect.poll(() => upload("a.jpg")).toMatchObject({ code: 0 });
});

test("files are bounded: of a device, of all, and in time", () => {
  const files = createFileSpace(NOTHING_KEPT);
  const one = Buffer.from("x");
  for (let count = 0; count < 1000; count++) files.add("a", "a.txt", one);
  expect(() => files.add("a", "a.txt", one)).toThrow("a device has at most 1000 files");
  const large = Buffer.alloc(LARGEST_FILE);
  for (let count = 0; count < 3; count++) files.add("b", "b.jpg", large);
  expect(() => files.add("b", "b.jpg", large)).toThrow("keeps 64 MiB and 10000 files in all: delete some");
  files.forget("a");
  expect(files.list()).toHaveLength(3);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 89 * 86_400_000 });
  onTestFinished(() => void vi.useRealTimers());
  files.add("a", "c.jpg", one);
  expect(files.list()).toHaveLength(4);
  vi.setSystemTime(Date.now() + 2 * 86_400_000);
  expect([files.list().map(({ name }) => name), files.used()]).toEqual([["c.jpg"], 1]);
});
