/** What is known of the platform's HTTP API for applications. */

import { certain, checkFacts, notImitated } from "./facts.ts";

checkFacts([
  certain(
    "header authorization: version, res, et, method and sign, base64(HMAC(et, method, res, version))",
    "iot-api: a token of version %s gives access",
  ),
  certain("res=products/{pid}", "iot-api: the latest properties, as strings, with a product token"),
  certain(
    "res=products/{pid}/devices/{dev}",
    "iot-api: a property is set and read back, and a service called, through the device",
  ),
  certain(
    "res=userid/{uid}, with the key of 访问权限, is an account",
    "iot-api: a token of an account opens its products and their devices, and no others",
    "iot-api: an account's token with the key of a product",
  ),
  {
    quote:
      "versions 2018-10-31 and 2022-05-01 are of devices and of today's public cloud, 2020-05-29 is another",
    mark: "likely",
    tests: ["iot-api: a token of version %s gives access"],
    listed: ["a token of version 2020-05-29", "2020-05-29 版本的 token"],
  },
  certain(
    "POST /device/create answers did and sec_key; 10406 if it exists",
    "iot-api: a device is created, listed, described, changed and deleted",
  ),
  {
    quote: "no call creates many devices: the old BatchCreateDevices is not in today's list",
    mark: "likely",
    tests: ["iot-api: a call of the platform that the local OneNET does not answer says so: %s"],
    listed: ["no call that creates many devices", "没有一次创建许多设备的调用"],
  },
  certain(
    "GET /device/list: at most 100 a page, name, status, last_time",
    "iot-api: a device is created, listed, described, changed and deleted",
    "iot-api: a list has at most 100 devices a page",
  ),
  certain(
    "/device/detail, update and delete",
    "iot-api: a device is created, listed, described, changed and deleted",
  ),
  certain(
    "POST /thingmodel/set-device-property takes bare values, and answers what the device said",
    "iot-api: a property is set and read back, and a service called, through the device",
  ),
  certain(
    "GET /thingmodel/query-device-property: every value is a string",
    "iot-api: the latest properties, as strings, with a product token",
  ),
  certain(
    "GET /thingmodel/query-device-property: identifier, time, value, data_type, access_mode, expect_value, name, description",
    "iot-api: the latest properties, as strings, with a product token",
    "iot-api: desired values are queried and deleted",
  ),
  certain(
    "GET /thingmodel/query-device-property-history: ms, sort 1 or 2, at most 100",
    "iot-api: the history of a property: by time and in pages, its values as strings",
  ),
  certain(
    "POST /thingmodel/call-service with an identifier",
    "iot-api: a property is set and read back, and a service called, through the device",
  ),
  certain(
    "POST /thingmodel/query-device-property-detail asks the device",
    "iot-api: a property is set and read back, and a service called, through the device",
  ),
  certain(
    "POST /datapoint/synccmds: timeout 5 to 30 s, raw body, cmd_resp, 10421 offline",
    "iot-api: a command to a suite device, and its answer",
    "iot-api: a command waits 5 to 30 s, and not %s",
  ),
  certain("GET /datapoint/current-datapoints", "iot-api: a command to a suite device, and its answer"),
  certain("GET /datapoint/history-datapoints", "iot-api: the history of data streams"),
  certain(
    "set-, query- and delete-device-desired-property",
    "iot-api: desired values are queried and deleted",
  ),
  certain(
    "GET /device/status-history: the present state first, 1 online and 0 offline, with times in ms",
    "iot-api: when a device was online and offline, newest first",
  ),
  certain(
    "GET /device/operation-log, /device/service-log, /device/event-log",
    "iot-api: what was asked of a device, and its events, are in its logs",
  ),
  certain(
    "/device/reset-seckey gives a device a new key",
    "iot-api: a new key of a device replaces the old one",
  ),
  certain("GET /product/detail", "iot-api: a product"),
  certain("GET /thingmodel/query-thing-model", "iot-api: the thing model of a product"),
  certain(
    "POST /device/file-upload: a form with product_id, device_name and file, answers fid",
    "files.long: a file is uploaded, listed, downloaded and deleted",
    "files.long: a malformed form is refused: %s",
  ),
  certain(
    "files: at most 20 MB each, 1000 of a device, for 3 months; jpg, jpeg, png, bmp, gif, webp, tiff, txt",
    "files.long: a file has at most 20 MiB, and what is longer is not read",
    "files.long: files are bounded: of a device, of all, and in time",
    "files.long: a hostile file name is refused: %s",
  ),
  notImitated("files: 1 GB of an account", [
    "where the platform gives each account 1 GB",
    "（平台是每个账号 1 GB）",
  ]),
  certain(
    "GET /device/file-list, file-download?fid=, file-space, file-device-count, POST /device/file-delete",
    "files.long: a file is uploaded, listed, downloaded and deleted",
  ),
  {
    quote: "file-list, file-space, file-device-count: the fields that a published program reads",
    mark: "likely",
    tests: ["files.long: a file is uploaded, listed, downloaded and deleted"],
    listed: [
      "the fields of `file-list`, `file-space` and `file-device-count`",
      "`file-list`、`file-space`、`file-device-count` 的字段",
    ],
  },
  {
    quote:
      "/device/movedevice: the body is that of MoveProductDevice, and the other user has to accept the device",
    mark: "likely",
    tests: ["iot-api: a device that is to move to another account stays until its user accepts it"],
    listed: ["the body of `movedevice`", "`movedevice` 的正文"],
  },
  {
    quote: "GET /thingmodel/query-system-thing-model: the platform's own points, such as $OneNET_LBS",
    mark: "likely",
    tests: ["iot-api: the platform's own points of thing models"],
    listed: ["the answer of `query-system-thing-model`", "`query-system-thing-model` 的回答"],
  },
  certain(
    "the other calls of today's list, below /fuse-lbs, /project, /agents, /machine-card",
    "iot-api: a call of the platform that the local OneNET does not answer says so: %s",
  ),
]);
