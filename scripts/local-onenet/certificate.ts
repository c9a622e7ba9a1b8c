/** The self-signed certificate of the local OneNET. Clients must be given it to trust it. */

import { makeCertificate, type Certificate } from "./x509.ts";

/** The names of the platform's TLS servers, the one for all products and each product's own, and of this machine. */
const NAMES = ["mqttstls.heclouds.com", "*.mqttstls.acc.cmcconenet.cn", "localhost"];

let made: Promise<Certificate> | undefined;

/** The certificate of this process, made on first use: RSA, the type chips support best, valid for a year. */
export function ownCertificate(): Promise<Certificate> {
  made ??= makeCertificate({ commonName: "local OneNET", names: NAMES, addresses: ["127.0.0.1"] });
  return made;
}
