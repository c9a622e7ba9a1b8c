/** What is known of the platform's hosts, and of what an account may have. */

import { certain, checkFacts, likely, notImitated } from "./facts.ts";

checkFacts([
  certain(
    "multiprotocol: 183.230.40.39 or mqtt.heclouds.com, port 6002, plain TCP",
    "scripts/boards/boards: an address",
    "scripts/boards/boards: needs only a few fields: the rest have defaults",
  ),
  certain(
    "per-product host: {pid}.mqtts.acc.cmcconenet.cn:1883, TLS {pid}.mqttstls.acc.cmcconenet.cn:8883",
    "scripts/boards/boards-onenet: suite",
    "scripts/boards/boards-onenet: studio",
    "device/product-hosts: a new product's board needs only the host of its own",
    "tls: the certificate is 2048-bit RSA, names the platform's servers, and is still valid",
  ),
  certain(
    "general: mqtts.heclouds.com:1883, mqttstls.heclouds.com:8883",
    "device/product-hosts: an old product's board, whose own host is unknown, is on the common one after a second, and stays with it",
    "tls: the certificate is 2048-bit RSA, names the platform's servers, and is still valid",
  ),
  notImitated("general: 183.230.40.96, TLS 183.230.40.16, IPv6 2409:8060:8ea:601::13:7c64, ::13:7dc8", [
    "the servers' IPv4 and IPv6 addresses",
    "服务器的 IPv4 和 IPv6 地址",
  ]),
  likely(
    "one new product was refused at the general host, and accepted at its own",
    ["a product that is served only at its own host", "有的产品只能连自己的地址"],
    "device/product-hosts: a new product's board needs only the host of its own",
    "src/app/servers: goes to the next after each failure, and tells when all of them had a try",
  ),
  certain("trap: mqtt.heclouds.com:1883 times out", "scripts/boards/warnings: multiprotocol's server"),
  likely(
    "old studio: studio-mqtt.heclouds.com:1883, studio-mqtts.heclouds.com:8883",
    [
      "`studio-mqtt.heclouds.com` and `studio-mqtts.heclouds.com`",
      "`studio-mqtt.heclouds.com` 和 `studio-mqtts.heclouds.com`",
    ],
    "scripts/boards/warnings: the servers of the old studio, in a list",
  ),
  notImitated("CA: self-signed C=CN, O=CMIOT, CN=OneNET MQTTS, RSA-2048, the same for suite and studio", [
    "the certificate `CN=OneNET MQTTS`",
    "证书 `CN=OneNET MQTTS`",
  ]),
  notImitated("newcomers: the console, its protocols and its token tool", [
    "the console, where products, devices and thing models are made",
    "创建产品、设备和物模型的控制台",
  ]),
  likely(
    "files of a thing model differ between city 1.2, 2.x, 3.0 and fuse; only 2.x imports as is",
    ["the file of a thing model from another installation", "别处部署导出的物模型文件"],
    "scripts/local-onenet/model-file: another file",
    "scripts/local-onenet/model-file: loads, with the platform's own points",
  ),
  certain(
    "studio's HTTP up-link: POST studio/http/device/thing/property/post?topic=…&protocol=http, header token, OneJSON",
    "http: a studio device posts properties over HTTP, with its token",
    "http: a post over HTTP is refused: %s",
  ),
  certain(
    "API: 100 calls a second an IP",
    "rates: the HTTP API: more than 100 calls a second from an address: what that leads to is not known",
    "rates: with rate limits and --strict, the HTTP API refuses the call after the hundredth",
  ),
  certain(
    "API: 10 s",
    "bounds: a request of the HTTP API may take as long as on the platform, 10 s",
    "bounds: a request not completed in time is closed",
  ),
  notImitated("API: a body of 4 MB", ["bodies of 4 MB in the HTTP API", "HTTP API 里 4 MB 的内容"]),
  notImitated("accounts: unverified 3 products of 10 devices, a person 10 of 1000, a company free", [
    "what an account may have: 3 products of 10 devices, or 10 of 1000",
    "账号的限制：3 个产品、各 10 台设备，或 10 个产品、各 1000 台设备",
  ]),
  certain(
    "studio: 512 KB a second",
    "rates: studio: more than 512 KB in a second: what that leads to is not known",
  ),
  certain(
    "place: the property $OneNET_LBS_WIFI, a struct of macs and others, and the list $OneNET_LBS",
    "model-file: loads, with the platform's own points",
    "registry: a thing model may contain the platform's own properties, which are checked like any other",
  ),
  certain(
    "place: asked by /fuse-lbs/latest-wifi-location and /fuse-lbs/get-wifi-trail",
    "iot-api: a call of the platform that the local OneNET does not answer says so: %s",
  ),
  notImitated("files of 2022: POST studio-file.heclouds.com/studio/{pid}/{dev}/outupload", [
    "files uploaded at `studio-file.heclouds.com`",
    "上传到 `studio-file.heclouds.com` 的文件",
  ]),
  notImitated("HTTP codes 10407, the user's operation, and 10409, the device is not of the product", [
    "10407 (the user's operation) and 10409",
    "10407",
  ]),
]);
