import { once } from "node:events";
import { checkServerIdentity, connect as connectTls } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startLocalOneNet, type LocalOneNet } from "../../../scripts/local-onenet/index.ts";
import { CHIC, LAMP, connectPacket, next, openWire, tokenOf } from "./wire.ts";
import { connectAsync } from "../../support/mqtt-client.ts";

let platform: LocalOneNet;
beforeAll(async () => {
  platform = await startLocalOneNet({ devices: [CHIC, LAMP], tlsPort: 0, limits: { connectTimeout: 2000 } });
});
afterAll(() => platform.close());

const url = () => `mqtts://127.0.0.1:${platform.tlsPort ?? 0}`;
const chic = {
  clientId: CHIC.device,
  username: CHIC.product,
} as const;

test("a device that trusts the certificate logs in over TLS", async () => {
  const client = await connectAsync(url(), {
    ...chic,
    password: tokenOf(CHIC),
    ca: platform.certificate ?? "",
  });
  const reported = next(platform, "datapoint");
  await client.publish("$sys/469948/Chic_D/dp/post/json", '{"id":1,"dp":{"a":[{"v":1}]}}', { qos: 1 });
  expect(await reported).toMatchObject({ device: "469948/Chic_D", value: 1 });
  await client.end();
});

test("a client that verifies but was not given the certificate cannot connect", async () => {
  const refused = next(platform, "login-refused");
  await expect(connectAsync(url(), { ...chic, password: tokenOf(CHIC) })).rejects.toThrow(/self.signed/);
  expect((await refused).why).toMatch(/^TLS handshake failed: /);
});

test("the certificate is 2048-bit RSA, names the platform's servers, and is still valid", async () => {
  const socket = connectTls({ port: platform.tlsPort ?? 0, host: "127.0.0.1", rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const certificate = socket.getPeerCertificate();
  expect(checkServerIdentity("k7Yp2mQx1Z.mqttstls.acc.cmcconenet.cn", certificate)).toBeUndefined();
  expect(certificate.bits).toBe(2048);
  expect(certificate.subjectaltname).toContain("DNS:mqttstls.heclouds.com");
  expect(new Date(certificate.valid_to).getTime()).toBeGreaterThan(Date.now() + 300 * 86_400_000);
  socket.destroy();
});

test("plain MQTT on the TLS port is reported as such; a silent connection is cut", async () => {
  const refused = next(platform, "login-refused");
  const wire = await openWire(platform.tlsPort ?? 0);
  wire.send(connectPacket({ device: CHIC.device, product: CHIC.product, password: "x" }));
  await wire.closed;
  expect((await refused).why).toMatch(/^TLS handshake failed: /);
  const silent = await openWire(platform.tlsPort ?? 0);
  expect(await silent.closed).toBe("");
});

test("multiprotocol has no TLS", async () => {
  const identity = { clientId: LAMP.device, username: LAMP.product, password: LAMP.authInfo };
  await expect(
    connectAsync(url(), { ...chic, ...identity, rejectUnauthorized: false }),
  ).rejects.toMatchObject({ code: 4 });
});
