import { expect, it, onTestFinished } from "vitest";
import { createFeed } from "../../../scripts/web-console/feed.ts";
import { watchPlatform } from "../../../scripts/web-console/platform-watch.ts";
import { LAMP, logIn, publishPacket, settle, startPlatform } from "../local-onenet/wire.ts";

it("derives a real board's LED from its answers, and ignores other replies", async () => {
  const platform = await startPlatform();
  onTestFinished(() => platform.close());
  const feed = createFeed();
  onTestFinished(() => feed.close());
  watchPlatform(feed, platform, () => undefined);
  const lamp = await logIn(platform);

  async function lightAfter(answer: string) {
    const { uuid } = await platform.sendCommand(LAMP.device, "on");
    await lamp.read(48); // the command
    lamp.send(publishPacket(`$crsp/${uuid}`, answer));
    await settle(lamp);
    const board = feed.boardOf(LAMP.device);
    return board?.led && [board.led.kind, board.pixels];
  }

  expect(feed.boardOf(LAMP.device)).toMatchObject({ isVirtual: false, led: null });
  expect(await lightAfter("21.5")).toBeNull();
  // Its kind is still unknown: both a plain and a colour LED answer like this.
  expect(await lightAfter("on")).toEqual(["unknown", ["#ff0000"]]);
  expect(await lightAfter("off")).toEqual(["unknown", ["#000000"]]);
  expect(await lightAfter("#00ff00")).toEqual(["pwm", ["#00ff00"]]);
  expect(await lightAfter("error: unknown command")).toEqual(["pwm", ["#00ff00"]]);
  expect(await lightAfter("off")).toEqual(["pwm", ["#000000"]]);
});
