/** The certificate that the local OneNET makes for itself: no client trusts it unless given it. */

import { makeCertificate, type Certificate } from "./x509.ts";

/** Names that the platform's TLS server has, and that the machine has to itself. */
const NAMES = ["mqttstls.heclouds.com", "localhost"];

let made: Promise<Certificate> | undefined;

/** The certificate of this process, made when it is first asked for: RSA, since chips know it best; valid a year. */
export function ownCertificate(): Promise<Certificate> {
  made ??= makeCertificate({ commonName: "local OneNET", names: NAMES, addresses: ["127.0.0.1"] });
  return made;
}
