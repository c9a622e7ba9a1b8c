/** The self-signed certificate of the local OneNET. Clients must be given it to trust it. */

import { makeCertificate, type Certificate } from "./x509.ts";

/** The name of the platform's TLS server, and this machine's local names. */
const NAMES = ["mqttstls.heclouds.com", "localhost"];

let made: Promise<Certificate> | undefined;

/** The certificate of this process, made on first use: RSA, the type chips support best, valid for a year. */
export function ownCertificate(): Promise<Certificate> {
  made ??= makeCertificate({ commonName: "local OneNET", names: NAMES, addresses: ["127.0.0.1"] });
  return made;
}
