import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import type { LocalOneNet } from "../../../scripts/local-onenet/index.ts";
import { mintToken, type Token } from "../../../scripts/boards/token.ts";
import {
  CHIC,
  HEATER,
  LAMP,
  NAMESAKE,
  NEIGHBOUR,
  PRODUCT_KEY,
  connectPacket,
  logInWithToken,
  next,
  openWire,
  settle,
  startPlatform,
  tokenOf,
} from "./wire.ts";
import { connectAsync } from "../../support/mqtt-client.ts";

let platform: LocalOneNet;
beforeEach(async () => {
  platform = await startPlatform();
});
afterEach(() => platform.close());

const NOW = Math.floor(Date.now() / 1000);
const TOKEN: Token = { resource: "products/469948/devices/Chic_D", expires: NOW + 3600, method: "sha256" };
const chic = { device: CHIC.device, product: CHIC.product, password: tokenOf(CHIC) };

test.each([
  ["md5, device key", mintToken({ ...TOKEN, method: "md5" }, CHIC.key)],
  ["sha1, device key", mintToken({ ...TOKEN, method: "sha1" }, CHIC.key)],
  ["sha256, device key", mintToken(TOKEN, CHIC.key)],
  ["product key", mintToken({ ...TOKEN, resource: "products/469948" }, PRODUCT_KEY)],
])("a token logs in: %s", async (_name, password) => {
  const client = await connectAsync(`mqtt://127.0.0.1:${platform.suitePort}`, {
    clientId: CHIC.device,
    username: CHIC.product,
    password,
  });
  expect(platform.devices()).toContainEqual({
    name: "469948/Chic_D",
    device: "Chic_D",
    product: "469948",
    generation: "suite",
    online: true,
  });
  await client.end();
});

test.each([
  [
    "an ended token",
    { ...chic, password: mintToken({ ...TOKEN, expires: NOW - 1 }, CHIC.key) },
    /expired at/,
  ],
  ["a wrong key", { ...chic, password: mintToken(TOKEN, "d3Jvbmc=") }, /sign does not match the key/],
  [
    "the product key for a device's resource",
    { ...chic, password: mintToken(TOKEN, PRODUCT_KEY) },
    /token's sign was made with the product's key, but its res names a device: sign with the device's key, or make res products\/469948$/,
  ],
  [
    "the device's key for the product's resource",
    { ...chic, password: mintToken({ ...TOKEN, resource: "products/469948" }, CHIC.key) },
    /token's sign was made with the device's key, but its res names the product/,
  ],
  [
    "another device's key",
    { ...chic, password: mintToken(TOKEN, NEIGHBOUR.key) },
    /token's sign was made with the key of another device, "Chic_E"/,
  ],
  [
    "the text of the key, not decoded",
    { ...chic, password: mintToken(TOKEN, Buffer.from(CHIC.key).toString("base64")) },
    /token's sign was made with the text of the key: decode the key from base64 first/,
  ],
  [
    "a method that is not that of the sign",
    { ...chic, password: mintToken(TOKEN, CHIC.key).replace("method=sha256", "method=sha1") },
    /token's sign was made with sha256, but its method is sha1/,
  ],
  [
    "another device's token",
    { ...chic, password: mintToken({ ...TOKEN, resource: "products/469948/devices/Chic_E" }, CHIC.key) },
    /res is products\/469948\/devices\/Chic_E/,
  ],
  ["another product's token", { ...chic, password: tokenOf(NAMESAKE) }, /res is products\/500000/],
  [
    "a product token where the product has no key",
    {
      ...chic,
      product: "500000",
      password: mintToken({ ...TOKEN, resource: "products/500000" }, PRODUCT_KEY),
    },
    /token's res is products\/500000, but the product has no key in the registry/,
  ],
  ["an unknown method", { ...chic, password: chic.password.replace("sha1", "sha3") }, /method is not one of/],
  ["another version", { ...chic, password: chic.password.replace("2018", "2019") }, /version is not/],
  ["no token", { ...chic, password: "no-token" }, /has no version/],
  ["the device's key", { ...chic, password: CHIC.key }, /password is the key itself: it should be a token/],
  ["the product's key", { ...chic, password: PRODUCT_KEY }, /password is the key itself/],
  [
    "a token with a line feed",
    { ...chic, password: `${chic.password}\n` },
    /token has a line feed at its end/,
  ],
  ["a token with CR LF in it", { ...chic, password: chic.password.replace("&et", "\r\n&et") }, /line ending/],
  ["a token in quotation marks", { ...chic, password: `"${chic.password}"` }, /quotation marks around it/],
  ["product&device", { ...chic, device: "469948&Chic_D" }, /id is "469948&Chic_D": .* alone, "Chic_D"$/],
  ["a device with a space", { ...chic, device: "Chic_D " }, /client id has a space at its end.*"Chic_D"$/],
  ["the product as client id", { ...chic, device: "469948" }, /client id is the product id/],
  ["exchanged", { ...chic, device: "469948", product: "Chic_D" }, /client id and the user name are swapped/],
  [
    "a product with a line feed",
    { ...chic, product: "469948\n" },
    /no such product: the user name has a line feed/,
  ],
  ["an empty password", { ...chic, password: "" }, /password is empty: it should be a token/],
  ["an unknown device", { ...chic, device: "nobody" }, /client id is "nobody": .* no such device/],
  [
    "a device in small letters",
    { ...chic, device: "chic_d" },
    /client id is "chic_d": the device is "Chic_D"/,
  ],
  ["no client id", { ...chic, device: "" }, /client id is empty: it should be the device/],
  ["an unknown product", { ...chic, product: "1" }, /user name is "1": there is no such product/],
  ["no user name", { ...chic, product: "" }, /user name is empty: it should be the product id/],
  ["the device as user name", { ...chic, product: "Chic_D" }, /user name is the client id: it should be the/],
  ["another device as user name", { ...chic, product: "heater" }, /user name is a device: it should be the/],
  [
    "a device of another product",
    { ...chic, device: "Chic_E", product: "500000" },
    /user name is "500000": the device's product is "469948"/,
  ],
  ["a product with a slash", { ...chic, product: "469948/Chic_D", device: "x" }, /no such product/],
  [
    "a multiprotocol device",
    { device: LAMP.device, product: LAMP.product, password: LAMP.authInfo },
    /multiprotocol: .* other port/,
  ],
])("%s: CONNACK 4, then cut", async (_name, identity, why) => {
  const refused = next(platform, "login-refused");
  const wire = await openWire(platform.suitePort);
  wire.send(connectPacket(identity, { keepAlive: 60 }));
  expect(await wire.closed).toBe("20020004");
  const event = await refused;
  expect(event).toMatchObject({ returnCode: 4, why: expect.stringMatching(why) as string });
  expect(event.why).toMatch(/client id|user name|password|token/);
  expect(event.why).not.toContain(CHIC.key);
  expect(event.why).not.toContain("sign=");
});

test("a suite device is refused on the multiprotocol port", async () => {
  const wire = await openWire(platform.mqttPort);
  wire.send(connectPacket({ ...chic, device: "469948/Chic_D" }, { keepAlive: 60 }));
  expect(await wire.closed).toBe("20020005");
});

test.each([
  ["keep alive 0", { keepAlive: 0 }, /keep alive is 0 s: it should be 10 to 1800 s/],
  ["keep alive 9", { keepAlive: 9 }, /keep alive is 9 s/],
  ["keep alive 1801", { keepAlive: 1801 }, /keep alive is 1801 s/],
  ["a will", { keepAlive: 60, flags: 0xc6 }, /does not accept a will/],
  ["no password", { keepAlive: 60, flags: 0x82 }, /product id and a token/],
  ["MQTT 3.1", { keepAlive: 60, name: "MQIsdp", level: 3 }, /not MQTT 3\.1\.1/],
])("%s: cut without a CONNACK", async (_name, options, why) => {
  const refused = next(platform, "login-refused");
  const wire = await openWire(platform.suitePort);
  wire.send(connectPacket(chic, options));
  expect(await wire.closed).toBe("");
  expect(await refused).toEqual({
    clientId: "469948/Chic_D",
    why: expect.stringMatching(why) as string,
    returnCode: undefined,
  });
});

test("a session that is not clean: refused if unsure rules count, and a notice if not", async () => {
  const lenient = next(platform, "notice");
  const wire = await openWire(platform.suitePort);
  wire.send(connectPacket(chic, { keepAlive: 60, flags: 0xc0 }));
  expect(await wire.read(4)).toBe("20020000");
  expect(await lenient).toEqual({
    device: "469948/Chic_D",
    detail: expect.stringMatching(/^the session is not clean: accepted, but/) as string,
  });
  const strict = await startPlatform({}, { strict: true });
  onTestFinished(() => strict.close());
  const refused = next(strict, "login-refused");
  const other = await openWire(strict.suitePort);
  other.send(connectPacket(chic, { keepAlive: 60, flags: 0xc0 }));
  expect(await other.closed).toBe("");
  expect((await refused).why).toMatch(/clean session flag/);
});

test.each([10, 1800])("keep alive %i is accepted", async (keepAlive) => {
  const wire = await openWire(platform.suitePort);
  wire.send(connectPacket(chic, { keepAlive }));
  expect(await wire.read(4)).toBe("20020000");
});

test("the same device twice: the older connection is cut", async () => {
  const reported: string[] = [];
  platform.on("offline", ({ device, why }) => reported.push(`${device}: ${why}`));
  const older = await logInWithToken(platform);
  const newer = await logInWithToken(platform);
  expect(await older.closed).toBe("");
  await settle(newer);
  expect(reported).toEqual(["469948/Chic_D: replaced by a newer connection of the same device"]);
});

test("devices with the same name in two products are different devices", async () => {
  const chic = await logInWithToken(platform, CHIC);
  const namesake = await logInWithToken(platform, NAMESAKE);
  await settle(chic);
  await settle(namesake);
  expect(() => platform.datapoints("Chic_D", "t")).toThrow("write 469948/Chic_D or 500000/Chic_D");
  expect(platform.datapoints("500000/Chic_D", "t")).toEqual([]);
});

test("a studio device logs in on the same port", async () => {
  const online = next(platform, "online");
  await settle(await logInWithToken(platform, HEATER));
  expect(await online).toEqual({ device: "9MaNe52pNO/heater" });
});

test("a device's name has the same form in every refusal", async () => {
  const reported: string[] = [];
  platform.on("login-refused", ({ clientId }) => reported.push(clientId));
  for (const [options, password] of [
    [{ keepAlive: 60 }, "guess"],
    [{ keepAlive: 1 }, chic.password],
    [{ keepAlive: 60, flags: 0xc3 }, chic.password],
    [{ keepAlive: 60, level: 6 }, chic.password],
    [{ keepAlive: 60, flags: 0xc6 }, chic.password],
  ] as const) {
    const wire = await openWire(platform.suitePort);
    wire.send(connectPacket({ ...chic, password }, options));
    await wire.closed;
  }
  // A reserved flag is detected before the user name is read, so its absence is correct.
  await expect
    .poll(() => reported)
    .toEqual(["469948/Chic_D", "469948/Chic_D", "Chic_D", "469948/Chic_D", "469948/Chic_D"]);
});
