/** The credentials of a local OneNET's devices and products, for `--show-keys`. */

import type { LocalOneNet } from "./index.ts";
import { printable } from "./text.ts";
import { t } from "../cli/language.ts";
import { mintToken, resourceOf } from "../boards/token.ts";

/** Lifetime of the tokens, in s: a year. */
const LIFETIME = 365 * 86_400;

/** Lines for the screen. They contain secrets. */
export function listCredentials({ registry, apiKey }: LocalOneNet): string[] {
  const expires = Math.floor(Date.now() / 1000) + LIFETIME;
  const devices = [...registry.devices.values()].flatMap((record) => {
    const { generation, product, device } = record;
    const password =
      record.generation === "multiprotocol"
        ? record.authInfo
        : mintToken({ resource: resourceOf(product, device), expires, method: "sha1" }, record.key);
    return [
      record.title === undefined
        ? t`${generation} device ${device}`
        : t`${generation} device ${device} (${printable(record.title)})`,
      t`  client id ${device}`,
      t`  user name ${product}`,
      t`  password  ${password}`,
    ];
  });
  const products = [...registry.products.values()].flatMap(({ product, registrationCode, key }) => [
    ...(registrationCode === undefined ? [] : [t`product ${product} register_code ${registrationCode}`]),
    ...(key === undefined ? [] : [t`product ${product} access key ${key}`]),
  ]);
  const accounts = [...registry.products.values()].flatMap(({ account }) =>
    account === undefined ? [] : [t`account userid/${account.user} access key ${account.key}`],
  );
  return [...devices, ...products, ...new Set(accounts), `HTTP api-key ${apiKey}`];
}
