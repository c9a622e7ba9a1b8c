/** `npm run token`: prints an access token for a device or for a product. */

import { Option } from "commander";
import { text } from "node:stream/consumers";
import { runCommand, UserError } from "./lib/command.ts";
import { parseExpiry } from "./lib/expiry.ts";
import { TOKEN_METHODS, TokenError, mintToken, resourceOf, timeOf, type TokenMethod } from "./lib/token.ts";

interface Options {
  product: string;
  device?: string;
  key?: string;
  expires: string;
  method: TokenMethod;
  productKey?: true;
}

await runCommand(
  "token",
  "Prints an access token: the password of a suite or studio device. The token alone goes to stdout.",
  (command) =>
    command
      .requiredOption("--product <id>", "product id")
      .option("--device <name>", "device name; without it, the token opens the product")
      .option("--key <base64>", "access key; better in the environment variable ONENET_KEY or on stdin")
      .option("--expires <when>", "2027-12-31 (its end, UTC), +365d, +12h, or seconds since 1970", "+365d")
      .addOption(new Option("--method <name>", "hash").choices(TOKEN_METHODS).default("sha1"))
      .option(
        "--product-key",
        "the key is the product's: the token names the product, and the device uses it",
      ),
  async (command) => {
    const options = command.opts<Options>();
    const { product, device, method, productKey } = options;
    for (const [name, id] of [
      ["product", product],
      ["device", device],
    ]) {
      if (id !== undefined && !/^[\w-]+$/.test(id)) {
        throw new UserError(`--${name ?? ""} has letters, digits, _ and - only`);
      }
    }
    const expires = parseExpiry(options.expires, Date.now() / 1000);
    if (expires === undefined) {
      throw new UserError(
        `--expires ${options.expires} is no time to come: write 2027-12-31, +365d, +12h or seconds since 1970`,
      );
    }
    const key = options.key ?? process.env["ONENET_KEY"] ?? (await keyFromStdin());
    const resource = resourceOf(product, productKey ? undefined : device);
    try {
      console.log(mintToken({ resource, expires, method }, key));
    } catch (error) {
      if (error instanceof TokenError) throw new UserError(error.message);
      throw error;
    }
    console.error(`opens ${resource} until ${timeOf(expires)}`);
  },
);

async function keyFromStdin(): Promise<string> {
  const key = process.stdin.isTTY ? "" : (await text(process.stdin)).trim();
  if (key === "") {
    throw new UserError("the access key is missing: set ONENET_KEY, pipe the key in, or give --key");
  }
  return key;
}
