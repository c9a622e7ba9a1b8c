import { expect, it, onTestFinished } from "vitest";
import { logPlatform } from "../../../scripts/local-onenet/log.ts";
import {
  CHIC,
  connectPacket,
  LAMP,
  logInWithToken,
  next,
  openWire,
  publishPacket,
  settle,
  startPlatform,
} from "./wire.ts";

it("calls a device by its title, and by its own name to tell it from others", async () => {
  const platform = await startPlatform();
  onTestFinished(() => platform.close());
  platform.registry.add({ ...CHIC, device: "class-01", title: "王小明 👩‍🔬" });
  const lines: string[] = [];
  logPlatform(platform, (line) =>
    lines.push((typeof line === "string" ? line : line()).replace(/^\S+ /, "")),
  );
  const wire = await logInWithToken(platform, { ...CHIC, device: "class-01" });
  wire.send(publishPacket("$sys/469948/class-01/dp/post/json", '{"id":1,"dp":{"温度":[{"v":21}]}}'));
  await settle(wire);
  await logInWithToken(platform, CHIC);
  const refused = next(platform, "login-refused");
  (await openWire(platform.mqttPort)).send(connectPacket({ ...LAMP, password: "wrong" }, { keepAlive: 120 }));
  await refused;
  expect(lines).toEqual([
    "王小明 👩‍🔬 (class-01) online",
    expect.stringMatching(/^王小明 👩‍🔬 \(class-01\) "温度" = 21 at /),
    "469948/Chic_D online",
    "lamp (527521926) log-in refused, code 4: the password is wrong for the device",
  ]);
});
