/** Certificates, read by Node's own X.509 parser and used by its TLS. */

import { createPrivateKey, X509Certificate } from "node:crypto";
import { expect, it } from "vitest";
import { makeCertificate } from "../../../scripts/local-onenet/x509.ts";

const NOT_BEFORE = new Date("2026-01-02T03:04:05Z");

it("has the requested fields, and is self-signed", async () => {
  const notAfter = new Date("2027-11-12T13:14:15Z");
  const { key, cert } = await makeCertificate({
    commonName: "本地 OneNET",
    names: ["mqttstls.heclouds.com", `${"long.".repeat(30)}example`],
    addresses: ["127.0.0.1", "192.168.1.200"],
    notBefore: NOT_BEFORE,
    notAfter,
  });
  const certificate = new X509Certificate(cert);
  expect(certificate.subject).toBe("CN=本地 OneNET");
  expect(certificate.checkIssued(certificate)).toBe(true);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
  expect([certificate.validFrom, certificate.validTo].map((text) => new Date(text))).toEqual([
    NOT_BEFORE,
    notAfter,
  ]);
  expect(certificate.checkHost("mqttstls.heclouds.com")).toBe("mqttstls.heclouds.com");
  expect(certificate.checkHost("elsewhere.example")).toBeUndefined();
  expect(certificate.checkIP("192.168.1.200")).toBe("192.168.1.200");
  expect(certificate.serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/);
});

it("omits the list of names without names, and supports dates after 2049", async () => {
  const notAfter = new Date("2050-01-01T00:00:00Z");
  const { cert } = await makeCertificate({ commonName: "test", notBefore: NOT_BEFORE, notAfter });
  const certificate = new X509Certificate(cert);
  expect(certificate.subjectAltName).toBeUndefined();
  expect(new Date(certificate.validTo)).toEqual(notAfter);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
});
