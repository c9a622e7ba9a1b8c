import fc from "fast-check";
import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { parseExpiry } from "../../../scripts/boards/expiry.ts";
import {
  TOKEN_METHODS,
  TokenError,
  mintToken,
  readToken,
  resourceOf,
  verifyToken,
  type Token,
} from "../../../scripts/boards/token.ts";
import { runHere, type Surroundings } from "../../support/run-here.ts";

const KEY = "rs2FaE5BuygJZkWKDA5okKt1RFpwOx53hbu6hwyCS4U=";
const RESOURCE = "products/469948/devices/Chic_D";
const TOKEN: Token = { resource: RESOURCE, expires: 1673053248, method: "sha1" };
const BEFORE = 1673053247;

test("the platform's vector", () => {
  expect(mintToken(TOKEN, KEY)).toBe(
    "version=2018-10-31&res=products%2F469948%2Fdevices%2FChic_D&et=1673053248&method=sha1&sign=prIMDQ23WFI6PMj2IWpaRJJL4eE%3D",
  );
});

test.each(TOKEN_METHODS.flatMap((method) => [RESOURCE, "products/469948"].map((res) => ({ method, res }))))(
  "$method for $res is the HMAC of et, method, res and version",
  ({ method, res }) => {
    const hmac = createHmac(method, Buffer.from(KEY, "base64"));
    hmac.update("1893456000" + "\n" + method + "\n" + res + "\n" + "2018-10-31");
    const sign = hmac.digest("base64").replaceAll("+", "%2B").replaceAll("/", "%2F").replaceAll("=", "%3D");
    const token = mintToken({ resource: res, expires: 1893456000, method }, KEY);
    expect(token).toBe(
      `version=2018-10-31&res=${res.replaceAll("/", "%2F")}&et=1893456000&method=${method}&sign=${sign}`,
    );
    expect(verifyToken(token, res, KEY, 1893455999)).toMatchObject({ resource: res, method });
  },
);

test("a new token is valid only with its key and until it expires", () => {
  const keys = fc
    .uint8Array({ minLength: 1, maxLength: 64 })
    .map((bytes) => Buffer.from(bytes).toString("base64"));
  const tokens = fc.record({
    resource: fc
      .tuple(fc.stringMatching(/^[\w-]{1,20}$/), fc.stringMatching(/^[\w-]{1,20}$/))
      .map(([p, d]) => resourceOf(p, d)),
    expires: fc.integer({ min: 1, max: 4_102_444_800 }),
    method: fc.constantFrom(...TOKEN_METHODS),
  });
  fc.assert(
    fc.property(tokens, keys, keys, (token, key, another) => {
      const text = mintToken(token, key);
      expect(readToken(text)).toMatchObject(token);
      expect(verifyToken(text, token.resource, key, token.expires - 1)).toMatchObject(token);
      expect(() => verifyToken(text, token.resource, key, token.expires)).toThrow(/expired/);
      if (another !== key) {
        expect(() => verifyToken(text, token.resource, another, token.expires - 1)).toThrow(/sign/);
      }
    }),
  );
});

const GOOD = mintToken(TOKEN, KEY);
test.each<[name: string, token: string, fault: TokenError["fault"], message: RegExp]>([
  ["nothing", "", "format", /has no version/],
  ["a line feed", `${GOOD}\n`, "format", /has a line feed at its end/],
  ["quotation marks", `"${GOOD}"`, "format", /has quotation marks around it/],
  ["no res", GOOD.replace(/res=[^&]*&/, ""), "format", /has no res/],
  ["no et", GOOD.replace(/et=[^&]*&/, ""), "format", /has no et/],
  ["no method", GOOD.replace(/method=[^&]*&/, ""), "format", /has no method/],
  ["no sign", GOOD.replace(/&sign=.*/, ""), "format", /has no sign/],
  ["another version", GOOD.replace("2018-10-31", "2020-05-29"), "version", /version is not 2018-10-31/],
  ["another method", GOOD.replace("sha1", "sha512"), "method", /not one of md5, sha1, sha256/],
  ["another device", GOOD.replace("Chic_D", "Chic_E"), "resource", /Chic_E; it should be products/],
  ["a res of something else", GOOD.replace("Chic_D", "Chic%0AD"), "resource", /not a valid resource/],
  ["a res that is not encoded", GOOD.replace("%2F", "/"), "format", /res is not percent-encoded/],
  ["a sign that is not encoded", GOOD.replace("%3D", "="), "format", /sign is not percent-encoded/],
  ["half a percent sign", GOOD.replace("%3D", "%3"), "format", /sign is not percent-encoded/],
  ["et that is a date", GOOD.replace("1673053248", "2023-01-07"), "format", /et is not a time/],
  ["et after the year 9999", GOOD.replace("1673053248", "999999999999"), "format", /et is not a time/],
  ["a later et than was signed", GOOD.replace("1673053248", "1673053249"), "sign", /sign/],
  ["another method than was signed", GOOD.replace("sha1", "sha256"), "sign", /sign/],
  ["a short sign", GOOD.replace(/sign=.*/, "sign=AAAA"), "sign", /sign/],
  ["a token of 1 kB", GOOD + "x".repeat(1000), "format", /at most 512/],
])("%s is rejected with the reason", (_name, token, fault, message) => {
  let thrown: unknown;
  try {
    verifyToken(token, RESOURCE, KEY, BEFORE);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(TokenError);
  expect(thrown).toMatchObject({ fault, message: expect.stringMatching(message) as string });
  expect((thrown as Error).message).not.toContain(KEY);
  expect((thrown as Error).message).not.toContain("prIMDQ23");
});

test("an expired token reports when it expired", () => {
  expect(() => verifyToken(GOOD, RESOURCE, KEY, 1673053248)).toThrow("expired at 2023-01-07 01:00:48 UTC");
});

test.each(["", "not base64!", "rs2FaE5BuygJZkWKDA5okKt1RFpwOx53hbu6hwyCS4U", KEY + "\n", "QQ=A"])(
  "the key %j is not base64",
  (key) => {
    expect(() => mintToken(TOKEN, key)).toThrow(/not base64/);
  },
);

test.each<[when: string, expires: number | undefined]>([
  ["2027-12-31", 1830297599],
  ["+365d", 1_700_006_399 + 365 * 86_400],
  ["+12h", 1_700_000_000 + 12 * 3600],
  ["1893456000", 1893456000],
  ["2027-02-30", undefined],
  ["2020-01-01", undefined],
  ["1600000000", undefined],
  ["+0d", 1_700_006_399],
  ["+0h", undefined],
  ["+999999d", 1_700_006_399 + 999_999 * 86_400],
  ["999999999999", undefined],
  ["tomorrow", undefined],
])("--expires %s", (when, expires) => {
  expect(parseExpiry(when, 1_700_000_000.5)).toBe(expires);
});

describe("npm run token", () => {
  const run = (args: readonly string[], { env = {}, stdin = "" }: Surroundings = {}) =>
    runHere("token", args, { env: { ONENET_KEY: undefined, ...env }, stdin });
  const chic = ["--product", "469948", "--device", "Chic_D", "--expires", "4102444800"];

  test("prints only the token, with the key from the option, the environment or stdin", async () => {
    const expected = mintToken({ ...TOKEN, expires: 4102444800 }, KEY) + "\n";
    const runs = [
      await run([...chic, "--key", KEY]),
      await run(chic, { env: { ONENET_KEY: KEY } }),
      await run(chic, { stdin: KEY + "\n" }),
    ];
    for (const { code, stdout, stderr } of runs) {
      expect(stdout).toBe(expected);
      expect(stderr).toContain(`opens ${RESOURCE} until 2100-01-01 00:00:00 UTC`);
      expect(stderr).not.toContain(KEY);
      expect(code).toBe(0);
    }
  });

  test("supports product keys and other methods; reports mistakes", async () => {
    const product = await run([...chic, "--product-key", "--method", "md5", "--key", KEY]);
    const noKey = await run(chic);
    const badKey = await run([...chic, "--key", "c2VjcmV0" + "!"]);
    const badId = await run(["--product", "46/99", "--key", KEY]);
    expect(readToken(product.stdout.trim())).toMatchObject({ resource: "products/469948", method: "md5" });
    expect(noKey).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining("set ONENET_KEY") as string,
    });
    expect(badKey).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("not base64") as string,
    });
    expect(badKey.stderr).not.toContain("c2VjcmV0");
    expect(badId).toMatchObject({ code: 2, stderr: expect.stringContaining("letters, digits") as string });
  });
});
