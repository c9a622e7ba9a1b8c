/** What is known of the platform's codes, desired properties, scripts, images and limits. */

import { certain, checkFacts, likely, notImitated } from "./facts.ts";

checkFacts([
  certain(
    "a reply with code 200 has the msg success",
    "studio: properties are stored with their times, and the reply reports success",
  ),
  certain("2306: identifier not exist:identifier:<name>", "studio: an unknown property"),
  certain("2306 refuses the whole message", "studio: one unknown among good"),
  likely(
    "2308: params of another shape",
    ["code 2308: params of another shape", "code 2308：params 的形状不对"],
    "studio: a value without its object",
    "studio: empty params",
  ),
  likely(
    "2409: a value that does not fit the model, such as an event's struct",
    ["2409: a value that does not fit the model", "2409：值不符合物模型"],
    "studio: a bool that is a number",
    "studio: an event is checked, reported and replied to",
  ),
  likely(
    "2405: an id that is not all digits",
    ["code 2405: an id that is not all digits", "code 2405：id 不全是数字"],
    "studio: an id with letters",
  ),
  likely(
    "an event sent to thing/event/{id}/post is dropped without a word",
    ["an event sent to `thing/event/<identifier>/post`", "事件发到了 `thing/event/<identifier>/post`"],
    "studio: an event at a topic of its own name is dropped without a word, and reported here",
  ),
  certain("an id has at most 13 digits", "studio: an id of 14 digits", "studio: an id of 13 digits"),
  certain('version is "1.0" and may be left out', "studio: a version is optional"),

  certain(
    "HTTP code 0: done",
    "iot-api: a property is set and read back, and a service called, through the device",
  ),
  certain("HTTP code 500: other", "iot-api: at most ten calls wait for a device's answers"),
  certain("HTTP code 10001: a parameter", "iot-api: no names", "iot-api: no params"),
  certain("HTTP code 10403: the token", "iot-api: no token", "iot-api: another device's token"),
  certain(
    "HTTP code 10406: the device exists",
    "iot-api: a device is created, listed, described, changed and deleted",
  ),
  certain("HTTP code 10408: no product", "iot-api: an unknown product"),
  certain("HTTP code 10410: no device", "iot-api: an unknown device"),
  certain(
    "HTTP code 10411: the device did not answer in time; a set waits about 10 s, a service 5 s",
    "iot-api: %s waits for the device's answer, then fails with 10411",
  ),
  certain(
    "HTTP code 10411: 属性设置失败: identifier: …, error: bool type error for a wrapped value",
    "iot-api: a value wrapped as devices send it",
  ),
  certain(
    "HTTP code 10421: not online",
    "iot-api: a device that is away",
    "iot-api: a command to a device with a thing model: offline, or not subscribed",
  ),
  certain(
    "HTTP code 10500: device not subscribed",
    "iot-api: a command to a device with a thing model: offline, or not subscribed",
  ),
  notImitated("HTTP code 10500: internal", ["and 10500 for failures of its own", "10500 也表示平台内部错误"]),

  certain(
    "thing/property/desired/get answers the asked values and their versions",
    "studio: desired values are kept with their versions until the device asks",
  ),
  certain(
    "thing/property/desired/delete deletes, with a version only if it is equal; versions start again at 1",
    "studio: a device deletes its desired values, or those of one version; versions begin again at 1",
  ),
  certain(
    "a desired value set while the device is online is sent at once as property/set",
    "studio: an online device gets a desired value at once",
  ),

  certain(
    "scripts: custome/up, custome/up_reply, custome/down/{id}, custome/down_reply/{id}",
    "studio: a topic that the platform reads, but the local OneNET does not: %s",
    "studio: topics of gateways and scripts may be subscribed to",
  ),
  certain(
    "a thing-model product may subscribe to thing/property/set and thing/service/+/invoke, not to cmd/# and cmd/request/+",
    "studio: allowed and forbidden subscriptions",
  ),
  certain(
    "a data-stream product may subscribe to dp/post/json/*, cmd/* and image/*",
    "suite: a device may subscribe to its own %s",
    "suite: a device may subscribe to its image",
  ),
  certain(
    "image/update: state with desired and reported, one of both; /accepted, /rejected",
    "image: an update is accepted, and what is desired and not reported comes as the delta",
    "image: image/update with %s is rejected",
  ),
  certain(
    "image/update/delta: state, metadata with timestamps, version, timestamp in s",
    "image: an update is accepted, and what is desired and not reported comes as the delta",
  ),
  certain(
    "image/get with an empty payload; /accepted, /rejected",
    "image: the image is got with an empty payload",
    "image: image/get with %s is rejected",
  ),
  certain("image: up QoS 0 or 1, down 0", "suite: QoS 2", "image: the image is got with an empty payload"),
  certain(
    "image err_code: 160 no JSON, 161 too long, 162 too deep, 163 no state, 164 neither desired nor reported, 165 bad parameter",
    "image: image/update with %s is rejected",
  ),
  certain("image err_code: 167 does not exist, 98 illegal data", "image: image/get with %s is rejected"),
  certain("image err_code: 100 internal", "image: a platform that cannot store an image says so"),
  certain(
    "image: JSON up to 4 kB, a key of 1 to 30 of [A-Za-z0-9_], a string up to 512 B, integers within ±2^52, depth up to 4",
    "image: the longest names, texts and numbers, and four levels, are accepted",
    "image: image/update with %s is rejected",
    "image: an image has at most 4 kB in all",
  ),
  certain("depth up to 5 in other JSON", "suite: a value of six levels"),
  certain(
    "GET /mqtt/v1/devices/{id}/image, PUT …/image/properties",
    "image: an application gets and changes the image over HTTP, and the device is told what differs",
  ),
  notImitated("image err_code: 128 unspecified, 150 rate, 166 exists", [
    "`err_code` 128, 150 and 166 of images",
    "设备镜像的 `err_code` 128、150、166",
  ]),
  likely(
    "no topic tells the time",
    ["no topic that tells the time", "没有报告时间的主题"],
    "studio: no topic tells the time",
  ),
  certain("every answer of the HTTP API has a Date", "iot-api: an answer tells the time in its header Date"),
  certain("a device logs in with a token of its product, res=products/{pid}", "token-log-in: product key"),
  certain(
    "the product's key over res=products/{pid}/devices/{dev} gives CONNACK 4",
    "token-log-in: the product key for a device's resource",
  ),
  certain(
    "device/create answers the sec_key that the device logs in with",
    "iot-api: a device is created, listed, described, changed and deleted",
  ),
  certain(
    "a thing model may have the platform's own properties, such as $OneNET_LBS",
    "registry: a thing model may contain the platform's own properties, which are checked like any other",
  ),

  certain(
    "studio: log-in 3 in 5 s, subscribe 10/s, ping 1/s, property set 1/s",
    "rates: studio: what more of them leads to is not known: %s, %i in %i s",
  ),
  certain(
    "studio: one message a second, the others are delayed",
    "rates: a studio device's second message within a second is handled late, and too many are lost",
    "rates: studio: the platform delays what comes too soon, and strictness decides about pings",
  ),
  certain("studio: at most 10 topics a session, more are refused", "studio: at most ten topics"),
  certain(
    "a payload has at most 256 KB",
    "bounds: a studio device's payload of 256 KB is answered",
    "bounds: a suite device's payload of 256 KB passes, one that is longer than any packet does not",
  ),
  certain(
    "suite: over 10 log-ins, 300 QoS 0, 100 QoS 1 or 10 pings in 5 s are cut and banned 5 min",
    "rates: suite: more than so many within 5 s end the connection and ban the device: %s, %i",
    "rates: a suite device that floods is cut, and refused when it comes back",
    "rates: QoS 1 messages and pings count, too",
  ),
  certain("suite: at most 15 business topics", "suite: at most fifteen topics"),
  certain(
    "suite: 15 subscribed topics in 5 s",
    "rates: suite: more than 15 subscribed topics in 5 s: what that leads to is not known",
  ),
  certain(
    "suite: at most 8 filters in one SUBSCRIBE",
    "suite: nine topics in one SUBSCRIBE end the connection, eight do not",
  ),
  certain(
    "suite: a topic has at most 8 levels and 512 bytes, of A-Z a-z 0-9 / _ -",
    "suite: nine levels",
    "suite: 513 bytes",
    "suite: Chinese",
  ),
  certain(
    "suite: wildcards only from the fourth level on",
    "suite: a subscription to %s is refused in the SUBACK, the others stay",
  ),
  likely(
    "a publish to a topic outside the list closes the link",
    ["a message to a topic that the platform does not read", "消息发到平台不读取的主题"],
    "suite: %s ends the connection",
    "suite: a plain topic",
  ),
]);
