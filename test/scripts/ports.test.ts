/** Serial ports: what they appear to be, and why one does not open. */

import { describe as group, expect, it } from "vitest";
import { explain, openPort } from "../../scripts/flash/port.ts";
import { describe } from "../../scripts/flash/serial-ports.ts";

group("a port", () => {
  it.each([
    ["10c4", "ea60", /CP210x/, "bridge"],
    ["1a86", "7523", /CH340/, "bridge"],
    ["1A86", "55D4", /CH910x/, "bridge"],
    ["0403", "6001", /FTDI/, "bridge"],
    ["303a", "1001", /USB JTAG\/serial/, "own"],
    ["303a", "4001", /^Espressif USB$/, undefined],
  ])("%s:%s is named", (vendorId, productId, what, socket) => {
    const port = describe({ path: "/dev/ttyUSB0", vendorId, productId });
    expect(port.what).toMatch(what);
    expect(port.isLikely).toBe(true);
    expect(port.socket).toBe(socket);
    expect(port.usb).toEqual({ vendor: vendorId.toLowerCase(), product: productId.toLowerCase() });
  });

  it("of another maker is shown with its own name", () => {
    expect(describe({ path: "COM7", vendorId: "2341", productId: "0043", manufacturer: "Arduino" })).toEqual({
      path: "COM7",
      usb: { vendor: "2341", product: "0043" },
      what: "Arduino",
      isLikely: false,
    });
    expect(describe({ path: "COM1" })).toEqual({ path: "COM1", what: "not USB", isLikely: false });
  });

  it("whose maker's name contains escape sequences or lines is shown without them", () => {
    const manufacturer = "\x1b[2J\x1b]0;x\x07Ardu\u009b31m\r\nino";
    expect(describe({ path: "COM7", vendorId: "2341", manufacturer }).what).toBe("Ardu31mino");
    expect(describe({ path: "COM1", manufacturer }).what).toBe("Ardu31mino");
  });
});

group("a port that does not open", () => {
  const there = ["/dev/ttyUSB0"];
  // Error messages of the library and of the three systems.
  it.each([
    ["Error: No such file or directory, cannot open X", /^no port X; there are \/dev\/ttyUSB0/],
    ["Opening X: File not found", /^no port X; there are/],
    ["Error Resource temporarily unavailable Cannot lock port", /^X is in use/],
    ["Error: Resource busy, cannot open X", /^X is in use/],
    ["Opening X: Access denied", /^X is in use/],
    ["Error: Permission denied, cannot open X", /^no permission for X: .*dialout/],
    ["Error: Inappropriate ioctl for device, cannot open X", /^X is not a serial port/],
    ["Error: Unknown error code 121", /^X cannot be opened: Error: Unknown error code 121$/],
  ])("%s", (message, text) => {
    expect(explain("X", new Error(message), there)).toMatch(text);
  });

  it("and no others exist", () => {
    expect(explain("X", new Error("No such file or directory"), [])).toMatch(
      /there are none: plug the board in/,
    );
  });

  it("is a file, and the library works as installed by npm", async () => {
    await expect(openPort("package.json")).rejects.toThrow(/^package\.json is not a serial port/);
  });

  it("has an unused name", () => {
    const error = Object.assign(new Error("getaddrinfo ENOTFOUND lamp"), { code: "ENOTFOUND" });
    expect(explain("tcp://lamp", error, [])).toBe("tcp://lamp: no such host; check its name");
  });
});
