/** What is known of the platform's service for updates. */

import { certain, checkFacts, likely, notImitated } from "./facts.ts";

checkFacts([
  certain(
    "POST version: s_version and f_version, both needed, answered with code, msg and request_id",
    "updates: versions are reported and read",
    "updates: a report of versions is refused: %s",
  ),
  likely(
    "GET version answers the two in data",
    ["the form of the answer to `GET …/version`", "`GET …/version` 回答的形式"],
    "updates: versions are reported and read",
  ),
  certain(
    "GET check: target, tid, size, md5, status and type; type 1 is FOTA, 2 is SOTA",
    "updates: a task is found by a check",
  ),
  certain(
    "GET check: 12012 not exist, 12013 task succ",
    "updates: a task is found by a check",
    "updates: the steps of an update that succeeds",
  ),
  certain(
    "GET check of a task: 1 waiting, 2 downloading, 3 upgrading, 4 done, 5 failed, 6 cancelled",
    "updates: a task is found by a check",
    "updates: the steps of an update that succeeds",
    "updates: step %i ends a download in failure",
    "updates: a newer task takes the place of one under way; a cancelled one is over",
  ),
  certain(
    "GET download: 206 and Content-Range with a range, 200 without; Content-Length, Content-Disposition, Ota-Errno 0",
    "updates: of the whole file",
    "updates: of the range %s",
  ),
  certain(
    "Range: s-e with inclusive ends, s-, -n; malformed is the whole file; an end past it is clipped, a start past it 0 bytes",
    "updates: of the range %s",
    "updates: of a range past the end, %s: no bytes",
    "updates: of a malformed range, %j: the whole file",
  ),
  certain(
    "Ota-Errno with HTTP status 200: 1 no such device, 2 no such file, 5 task over, 6 auth",
    "updates: of what is not there",
    "updates: the token of another device, or none, is refused",
  ),
  notImitated("Ota-Errno: 3 object store, 4 size differs", [
    "`Ota-Errno` 3 (its store of files) and 4 (another size)",
    "`Ota-Errno` 3（存储出错）和 4（大小不符）",
  ]),
  certain("POST status: code 20 task finish after the end", "updates: the steps of an update that succeeds"),
  certain(
    "steps: 0 to 100 only while downloading, 100 moves on without 101, then only 2xx",
    "updates: the steps of an update that succeeds",
    "updates: step 100 ends the download as well",
  ),
  certain(
    "steps: 102 to 107 fail the download, 202 to 208 the upgrade",
    "updates: step %i ends a download in failure",
    "updates: step %i ends an upgrade in failure",
  ),
  certain(
    "after 201 the platform writes the target as the device's version",
    "updates: the steps of an update that succeeds",
  ),
  certain(
    "the state machine: the first byte makes waiting into downloading",
    "updates: the steps of an update that succeeds",
  ),
  certain(
    "the state machine: 101 or 100 makes downloading into upgrading, 201 done, 10x and 20x failed",
    "updates: the steps of an update that succeeds",
    "updates: step 100 ends the download as well",
    "updates: step %i ends a download in failure",
    "updates: step %i ends an upgrade in failure",
  ),
  certain(
    "the state machine: cancelled by the user at any time",
    "updates: a task is cancelled at any time before its end",
  ),
  likely(
    "failures out of turn",
    ["a failure before the download or at its end without 101", "下载前或下载结束时没有 101 就报告的失败"],
    "updates: a failure out of turn is taken with a notice, and refused when strict",
  ),
  certain(
    "a token of version 2022-05-01 with the device's key",
    "updates: a token gives access: %s",
    "updates: 2022-05-01",
  ),
  likely(
    "a token of version 2018-10-31 with the same res, the MQTT password itself",
    ["of version 2018-10-31 (its MQTT password)", "版本为 2018-10-31"],
    "updates: 2018-10-31, as the MQTT password",
    "device/updates.long: goes through the platform's steps, field by field, and the new program stays",
  ),
  likely(
    "a token of an account, res=userid/{uid}",
    ["a token of the product or of its account, taken as", "也接受产品或账号的 token"],
    "iot-api: a token of an account opens its products and their devices, and no others",
  ),
  likely(
    "a token of the product: one says yes, one no",
    ["a token of the product or of its account, taken as", "也接受产品或账号的 token"],
    "updates: the product's key",
  ),
  certain(
    "the notice: $sys/{pid}/{dev}/ota/inform with id and params, answered at ota/inform_reply with id, code and msg",
    "updates: goes to a subscribed device, whose reply is taken once",
    "updates: is refused with code 100",
    "updates: also reaches the subscription of the C SDK",
  ),
  likely(
    "the notice is only for thing-model products",
    ["only devices with a thing model get the notice", "只有带物模型的设备收到通知"],
    "updates: is for devices with a thing model",
  ),
  likely(
    "the notice may come late or never: a device asks at a log-in and every six hours",
    ["that the notice may come late or never", "通知可能晚到或不到"],
    "device/updates.long: asks at a log-in, and again every six hours",
  ),
  likely(
    "a target version has 1 to 20 of [A-Za-z0-9._-]",
    ["that a version has 1 to 20 letters, digits", "版本为 1–20 个字母、数字"],
    "updates: a report of versions is refused: %s",
    "updates: a mistake is refused with its reason",
  ),
  likely(
    "the console: a package of a product, verified on one device, then a task for all, a group or a list",
    ["tasks are made only on the page", "升级包和任务只能在页面上创建"],
    "scripts/devices/publish.long: for a platform without calls for it, one package is written for all boards of a kind",
    "scripts/devices/publish.long: fifty boards are updated in waves by one command",
  ),
  certain(
    "studio of 2021: studio-ota.heclouds.com/ota/{pid}/{dev}/…, the same bodies, errno and error",
    "updates: the service of 2021 has the same calls, and answers errno and error",
  ),
  notImitated("suite and multiprotocol of 2022: ota.heclouds.com, /ota/device/version, /ota/south/…", [
    "updates at `ota.heclouds.com` (`/ota/south/…`)",
    "`ota.heclouds.com` 的升级服务（`/ota/south/…`）",
  ]),
]);
