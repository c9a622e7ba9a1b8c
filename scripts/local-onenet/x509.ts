/** Makes self-signed X.509 certificates (RFC 5280), in DER, with keys from Node. */

import { generateKeyPair, randomBytes, sign } from "node:crypto";
import { promisify } from "node:util";

export interface Certificate {
  /** Both as PEM. */
  readonly key: string;
  readonly cert: string;
}

export interface CertificateWish {
  readonly commonName: string;
  /** Alternative names: DNS names, and IPv4 addresses in dotted form. */
  readonly names?: readonly string[];
  readonly addresses?: readonly string[];
  /** Start of validity: a day ago by default, to allow for slow clocks. */
  readonly notBefore?: Date;
  /** End of validity: a year from now by default. */
  readonly notAfter?: Date;
}

const DAY = 86_400_000;

/** A certificate with an RSA key of 2048 bits, signed with SHA-256. */
export async function makeCertificate(wish: CertificateWish): Promise<Certificate> {
  const { notBefore = new Date(Date.now() - DAY), notAfter = new Date(Date.now() + 365 * DAY) } = wish;
  const pair = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40; // Positive and without a leading zero.
  const name = nameOf(wish.commonName);
  const body = sequence(
    der(0xa0, integer(Buffer.of(2))), // version 3
    integer(serial),
    SHA256_WITH_RSA,
    name,
    sequence(time(notBefore), time(notAfter)),
    name,
    pair.publicKey.export({ type: "spki", format: "der" }),
    ...extensions(wish),
  );
  const signature = sign("sha256", body, pair.privateKey);
  const certificate = sequence(body, SHA256_WITH_RSA, der(0x03, Buffer.of(0), signature));
  return {
    key: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: pem(certificate),
  };
}

/** One value of ASN.1: its tag, the length of its content, the content. */
function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.concat(content);
  return Buffer.concat([Buffer.of(tag), lengthOf(bytes.length), bytes]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  if (length < 0x100) return Buffer.of(0x81, length);
  return Buffer.of(0x82, length >> 8, length & 0xff); // A certificate never comes near 64 KiB.
}

const sequence = (...content: readonly Uint8Array[]): Buffer => der(0x30, ...content);
const integer = (bytes: Uint8Array): Buffer => der(0x02, bytes);

/** Object identifiers, encoded. */
const SHA256_WITH_RSA = sequence(
  der(0x06, Buffer.from("2a864886f70d01010b", "hex")), // 1.2.840.113549.1.1.11
  der(0x05),
);
const COMMON_NAME = der(0x06, Buffer.from("550403", "hex")); // 2.5.4.3
const ALTERNATIVE_NAMES = der(0x06, Buffer.from("551d11", "hex")); // 2.5.29.17

function nameOf(commonName: string): Buffer {
  return sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(commonName)))));
}

/** Two digits of the year until 2049, four from 2050 on (RFC 5280, 4.1.2.5). */
function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/\.\d+|[-:T]/g, ""); // YYYYMMDDHHMMSSZ
  return date.getUTCFullYear() < 2050
    ? der(0x17, Buffer.from(digits.slice(2)))
    : der(0x18, Buffer.from(digits));
}

function extensions({ names = [], addresses = [] }: CertificateWish): Buffer[] {
  if (names.length + addresses.length === 0) return [];
  const list = sequence(
    ...names.map((name) => der(0x82, Buffer.from(name))),
    ...addresses.map((address) => der(0x87, Buffer.from(address.split(".").map(Number)))),
  );
  return [der(0xa3, sequence(sequence(ALTERNATIVE_NAMES, der(0x04, list))))];
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString("base64").replace(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}
