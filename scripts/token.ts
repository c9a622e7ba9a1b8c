/** `npm run token`: prints an access token for a device or for a product. */

import { Option } from "commander";
import { text } from "node:stream/consumers";
import { examples, EXIT, printJson, runCommand, UserError } from "./cli/command.ts";
import { parseExpiry } from "./boards/expiry.ts";
import {
  TOKEN_METHODS,
  TokenError,
  mintToken,
  resourceOf,
  timeOf,
  type Token,
  type TokenMethod,
} from "./boards/token.ts";
import { inLanguage, t } from "./cli/language.ts";

interface Options {
  product: string;
  device?: string;
  key?: string;
  expires: string;
  method: TokenMethod;
  productKey?: true;
  json?: true;
}

await runCommand(
  "token",
  t`Prints an access token: the password of a suite or studio device. The token alone goes to stdout.`,
  (command) =>
    command
      .requiredOption("--product <id>", t`product id`)
      .option("--device <name>", t`device name; without it, the token is valid for the whole product`)
      .option("--key <base64>", t`access key; better in the environment variable ONENET_KEY or on stdin`)
      .option(
        "--expires <when>",
        t`2027-12-31 or +365d (the end of that day, UTC), +12h, or seconds since 1970`,
        "+365d",
      )
      .addOption(new Option("--method <name>", t`hash`).choices(TOKEN_METHODS).default("sha1"))
      .option(
        "--product-key",
        t`the key is the product's: the token names the product, and the device uses it`,
      )
      .option("--json", t`print the result as JSON, for programs`)
      .addHelpText(
        "after",
        examples(
          [
            ["npm run -s token -- --product 469948 --device lamp < key.txt"],
            ["npm run -s token -- --product 469948 --expires 2027-12-31 < key.txt", t`opens the product`],
          ],
          "docs/tokens.md",
        ),
      ),
  async (command) => {
    const options = command.opts<Options>();
    const { product, device, method, productKey } = options;
    for (const [name, id] of [
      ["product", product],
      ["device", device],
    ]) {
      if (id !== undefined && !/^[\w-]+$/.test(id)) {
        throw new UserError(t`--${name ?? ""} may contain letters, digits, _ and - only`, EXIT.usage);
      }
    }
    const expires = parseExpiry(options.expires, Date.now() / 1000);
    if (expires === undefined) {
      throw new UserError(
        t`--expires ${options.expires} is in the past or not valid: use 2027-12-31, +365d, +12h or seconds since 1970`,
        EXIT.usage,
      );
    }
    const key = options.key ?? process.env["ONENET_KEY"] ?? (await keyFromStdin());
    const resource = resourceOf(product, productKey ? undefined : device);
    const token = mint({ resource, expires, method }, key);
    if (options.json) printJson({ token, resource, expires, method });
    else {
      console.log(token);
      console.error(t`opens ${resource} until ${timeOf(expires)}`);
    }
  },
);

/** @throws UserError for an invalid key */
function mint(token: Token, key: string): string {
  try {
    return mintToken(token, key);
  } catch (error) {
    if (error instanceof TokenError) throw new UserError(inLanguage(error.message));
    throw error;
  }
}

async function keyFromStdin(): Promise<string> {
  const key = process.stdin.isTTY ? "" : (await text(process.stdin)).trim();
  if (key === "") {
    throw new UserError(
      t`the access key is missing: set ONENET_KEY, pipe the key in, or use --key`,
      EXIT.usage,
    );
  }
  return key;
}
