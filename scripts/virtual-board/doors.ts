/** What a board offers to whoever is near, and how its program closes it: telnet, Bluetooth and the upload port. */
import type { ChipFacts } from "./chips.ts";
import { EspruinoError, type Fn, type Realm } from "./realm.ts";
import { typeName } from "./target.ts";
import { createTelnet } from "./telnet.ts";

export interface Doors {
  /** TCP port of 127.0.0.1 where the telnet server listens; undefined while it does not. */
  readonly telnet: number | undefined;
  /** Whether the serial port over Bluetooth is offered. */
  readonly bluetooth: boolean;
  /** Whether firmware can be uploaded over Wi-Fi. */
  readonly upload: boolean;
}

export interface DoorParts {
  readonly chip: ChipFacts;
  readonly online: () => boolean;
  /** Puts bytes into the console. */
  readonly type: (bytes: string) => void;
  readonly changed: () => void;
}

export interface DoorKeeper {
  readonly state: () => Doors;
  /** Sockets that the telnet server has, whether there is a network or not. */
  readonly sockets: () => number;
  /** The interpreter begins: all is open again. Makes `NRF` a global where the chip has Bluetooth. */
  begin(realm: Realm): void;
  /** `TelnetServer`, where the image has it. */
  readonly modules: (realm: Realm) => Readonly<Record<string, Record<string, unknown>>>;
  /** There is a network, or none any more. */
  networkChanged(): void;
  /** What the console shows. */
  readonly show: (bytes: string) => void;
  /** The chip is off or restarts. Resolves when all is closed. */
  stop(): Promise<void>;
}

export function createDoors({ chip, online, type, changed }: DoorParts): DoorKeeper {
  const telnet = createTelnet(type, changed);
  let isOn = false;
  let wantsTelnet = false;
  let isAsleep = false;
  let hasUart = true;

  function update(): void {
    telnet.listen(chip.telnet && isOn && wantsTelnet && online());
  }

  function setOptions(options: unknown): void {
    if (typeof options !== "object" || options === null)
      throw new EspruinoError(`Expecting Object, got ${typeName(options)}`);
    const { mode } = options as { mode?: unknown };
    if (typeof mode !== "string") return;
    if (mode !== "on" && mode !== "off") throw new EspruinoError("Unknown mode value");
    wantsTelnet = mode === "on";
    update();
  }

  function setServices(data: unknown, options?: unknown): void {
    if (data !== undefined && (typeof data !== "object" || data === null))
      throw new EspruinoError(`Expecting Object or undefined, got ${typeName(data)}`, "TypeError");
    hasUart = (options as { uart?: unknown } | undefined)?.uart !== false;
    changed();
  }

  function setAsleep(asleep: boolean): void {
    isAsleep = asleep;
    changed();
  }

  return {
    state: () => ({
      telnet: telnet.port(),
      bluetooth: isOn && chip.bluetooth && !isAsleep && hasUart,
      upload: isOn && chip.upload && online(),
    }),
    sockets: () => (chip.telnet && isOn && wantsTelnet ? 1 : 0) + telnet.terminals(),
    begin(realm) {
      isOn = true;
      wantsTelnet = true;
      isAsleep = false;
      hasUart = true;
      update();
      changed();
      if (!chip.bluetooth) return;
      const nrf = realm.object({});
      const nothing: Fn = () => undefined;
      realm.methods(nrf, {
        sleep: () => setAsleep(true),
        wake: () => setAsleep(false),
        setServices,
        setAdvertising: nothing,
        disconnect: nothing,
      });
      realm.define("NRF", nrf);
    },
    modules: (realm) => (chip.telnet ? { TelnetServer: realm.object({ setOptions }) } : {}),
    networkChanged() {
      update();
      if (chip.upload) changed();
    },
    show: telnet.show,
    async stop() {
      isOn = false;
      await telnet.stop();
    },
  };
}
