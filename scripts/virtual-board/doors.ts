/**
 * The services a board offers anyone nearby, and how its program closes them: telnet, Bluetooth and the upload port.
 */
import type { ChipFacts } from "./chips.ts";
import { EspruinoError, type Fn, type Realm } from "./realm.ts";
import { typeName } from "./target.ts";
import { createTelnet } from "./telnet.ts";

export interface Doors {
  /** TCP port on 127.0.0.1 of the telnet server; undefined while closed. */
  readonly telnet: number | undefined;
  /** Whether the serial port over Bluetooth is offered. */
  readonly bluetooth: boolean;
  /** Whether firmware can be uploaded over Wi-Fi. */
  readonly upload: boolean;
}

export interface DoorParts {
  readonly chip: ChipFacts;
  readonly online: () => boolean;
  /** Types bytes into the console. */
  readonly type: (bytes: string) => void;
  readonly changed: () => void;
}

export interface DoorKeeper {
  readonly state: () => Doors;
  /** Sockets of the telnet server, with or without a network. */
  readonly sockets: () => number;
  /** Opens everything as the interpreter starts. Defines the global `NRF` if the chip has Bluetooth. */
  begin(realm: Realm): void;
  /** `TelnetServer`, if the image has it. */
  readonly modules: (realm: Realm) => Readonly<Record<string, Record<string, unknown>>>;
  /** Call this when the network comes or goes. */
  networkChanged(): void;
  /** Sends the console's output. */
  readonly show: (bytes: string) => void;
  /** Closes everything: the chip turns off or restarts. Resolves when done. */
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
