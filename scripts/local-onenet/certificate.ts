/** The certificate that the local OneNET makes for itself: nothing verifies it but who is told to. */

import { generate } from "selfsigned";

export interface Certificate {
  /** Both as PEM. */
  readonly key: string;
  readonly cert: string;
}

const DAY = 86_400_000;
/** Names that the platform's TLS server has, and that the machine has to itself. */
const NAMES = ["mqttstls.heclouds.com", "localhost"];

let made: Promise<Certificate> | undefined;

/** The certificate of this process, made when it is first asked for: RSA, since chips know it best; valid a year. */
export function ownCertificate(): Promise<Certificate> {
  made ??= make();
  return made;
}

async function make(): Promise<Certificate> {
  const notBeforeDate = new Date(Date.now() - DAY);
  const { private: key, cert } = await generate([{ name: "commonName", value: "local OneNET" }], {
    algorithm: "sha256",
    keySize: 2048,
    notBeforeDate,
    notAfterDate: new Date(Date.now() + 365 * DAY),
    extensions: [
      {
        name: "subjectAltName",
        altNames: [
          ...NAMES.map((value) => ({ type: 2 as const, value })),
          { type: 7 as const, ip: "127.0.0.1" },
        ],
      },
    ],
  });
  return { key, cert };
}
