/** A board with two networks, whose second has a name in GBK: one vanishes, and the board is online through the other. */

import { plain } from "../support/boards.ts";
import { appear, pass, refuse, listen, see, vanish, type Exchange, type Step } from "./exchange.ts";
import { welcome } from "./parts.ts";

export const TWO_NETWORKS = plain({
  name: "two-networks",
  wifi: { ssid: "attic", password: "under-the-roof" },
  otherNetworks: [{ ssid: { hex: "bfa7b7c8" }, password: { hex: "bfa7b7c832303236" } }],
  hostname: "kitchen-lamp",
  streams: [{ id: "switch", source: "commands", period: 600, dpType: 3 }],
});

const FIRST = see(/^Wi-Fi: joining attic$/);
const SECOND = see(/^Wi-Fi: joining .{2,8}$/);
const AWAY = /^Wi-Fi: disconnected, NO_AP_FOUND; next try in /;
/** Online through the second, since the first has vanished. */
const BY_SECOND: readonly Step[] = [
  vanish(0),
  see(/^Wi-Fi: disconnected, BEACON_TIMEOUT; next try in 1 s$/),
  ...welcome(TWO_NETWORKS),
  FIRST,
  see(/^Wi-Fi: disconnected, NO_AP_FOUND; next try in 1 s$/),
  SECOND,
];

export const NETWORKS: readonly Exchange[] = [
  {
    name: "the first vanishes, then it is back and the second vanishes",
    board: TWO_NETWORKS,
    steps: [
      ...welcome(TWO_NETWORKS),
      FIRST,
      ...BY_SECOND,
      appear(0),
      pass(3000),
      vanish(1),
      see(/^Wi-Fi: disconnected, BEACON_TIMEOUT; next try in 1 s$/),
      ...welcome(TWO_NETWORKS),
      FIRST,
      pass(3000),
    ],
  },
  {
    name: "both are away until the waits are the longest, then the second is back",
    board: TWO_NETWORKS,
    steps: [
      vanish(1),
      ...welcome(TWO_NETWORKS),
      vanish(0),
      pass(400_000),
      see(AWAY),
      appear(1),
      ...welcome(TWO_NETWORKS),
      SECOND,
      pass(3000),
    ],
  },
  {
    name: "the first has no platform",
    board: TWO_NETWORKS,
    steps: [
      refuse,
      pass(302_000),
      see(/^Wi-Fi: no platform in this network; next try in 1 s$/),
      pass(2000),
      SECOND,
      listen,
      ...welcome(TWO_NETWORKS),
      pass(3000),
    ],
  },
];
