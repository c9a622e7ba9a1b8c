/** What devices of the three generations meet on the platform. */

import { certain, checkFacts } from "./facts.ts";

checkFacts([
  // multiprotocol
  certain(
    "multiprotocol listens on port 6002, suite and studio on 1883 and with TLS on 8883",
    "scripts/platform.long: its ports are the platform's own, and --strict excludes --lenient",
  ),
  certain(
    "multiprotocol: client id, user name and password are device id, product id and the device's auth info or an API key",
    "log-in: the CONNECT of umqtt.simple logs in",
    "log-in: an API key of the product also logs in its devices",
  ),
  certain(
    "multiprotocol: a log-in without user name and password is cut without a CONNACK",
    "log-in: no user name and no password",
    "log-in: a user name without a password",
  ),
  certain(
    "multiprotocol: a will is refused, and so are its flags without one",
    "log-in: a will",
    "log-in: a will's QoS without a will",
    "log-in: a will's retain without a will",
  ),
  certain(
    "multiprotocol: the document says a keep alive of 120 to 65535 s; published programs use 10 s and none",
    "doubts: multiprotocol: a keep alive under the document's 120 s",
  ),
  certain(
    "multiprotocol: messages to the platform are QoS 0, 1 or 2",
    "messages: a data point at QoS %i is stored once",
  ),
  certain(
    "multiprotocol: messages from the platform are QoS 0",
    "messages: devices of a product get each other's messages at QoS 0; those of other products do not",
  ),
  certain(
    "multiprotocol: up to 100 topics of letters, digits, _ and /, without wildcards and $; SUBACK 0x80 for others",
    "messages: 100 topics are granted, no more; unsubscribing makes room",
    "messages: a subscription to %j is refused in the SUBACK, the others stay",
  ),
  certain(
    "multiprotocol: of two connections with a client id, the older is cut",
    "log-in: the same client id twice: the older connection is cut",
  ),
  certain("multiprotocol: another protocol is cut", "log-in: MQTT 3.1", "log-in: another protocol"),
  certain(
    "multiprotocol: wrong credentials get CONNACK 4 or 5",
    "log-in: %s: CONNACK with a return code, then cut",
  ),
  certain(
    "multiprotocol: commands come at $creq/<uuid> without a subscription, and are answered at $crsp/<uuid>",
    "messages: a command reaches its device without a subscription, and the response comes back",
  ),
  certain(
    "multiprotocol: devices publish to each other's plain topics",
    "messages: devices of a product get each other's messages at QoS 0; those of other products do not",
  ),
  certain("$dp type 1: JSON datastreams, at optional", "dp: the platform document's example of type 1"),
  certain("$dp type 2: JSON, then raw bytes", "dp: type 2 carries a description and any bytes"),
  certain("$dp type 3: JSON of names and values", "dp: type 3 carries names and values"),
  certain("$dp type 4: JSON with a time for each value", "dp: type 4 carries a time for each value"),
  certain("$dp types 5 and 6: text with two separators", "dp: types 5 and 6 carry records"),
  certain(
    "$dp type 6: bit 7 says that six bytes of time follow",
    "dp: records without a time get the frame's",
  ),
  certain(
    "$dp type 7: floats under numbers, little-endian, at most 500",
    "dp: the platform document's example of type 7, and several data streams",
    "dp: 500 floats are not too many",
  ),
  certain(
    "$dp: the document's PUBLISH 30 44 00 03 24 64 70 01 … is switch = 3",
    "messages: the platform document's example PUBLISH is stored as switch = 3",
  ),
  certain(
    "register_de: an sn or mac registers once, later calls answer the same device; another errno is a failure",
    "registry: a device registers once, by sn, and logs in with the result, even after a restart",
    "registry: by MAC in upper or lower case; without a title",
  ),
  certain("POST /cmds sends a command", "http: a command: sent, its state, its response"),
  certain(
    "GET /devices/<id>, its datastreams and datapoints",
    "http: a device, its data streams and its data points",
  ),
  certain(
    "POST /devices/<id>/datapoints?type=3|4|5",
    "http: data points can be posted for a device, in the $dp formats",
  ),
  certain("POST /mqtt publishes to a topic", "http: a message to a topic goes to the key's products"),

  // suite
  certain(
    "suite: client id, user name and password are device name, product id and token",
    "token-log-in: a token logs in: %s",
  ),
  certain(
    "suite: a keep alive of 10 to 1800 s",
    "token-log-in: keep alive %i is accepted",
    "token-log-in: keep alive 9",
    "token-log-in: keep alive 1801",
  ),
  certain(
    "the platform cuts after 1.5 times the keep alive without traffic",
    "log-in: keep alive: cut after 1.5 times without traffic, not while pings come",
  ),
  certain(
    "suite: QoS 0 and 1 to the platform, no retained messages, no will",
    "suite: QoS 2",
    "suite: a retained message",
    "token-log-in: a will",
  ),
  certain("suite: notices come at QoS 0", "suite: data points are stored with their times, and accepted"),
  certain(
    "token: five fields, signed over et, method, res and version",
    "scripts/boards/token: the platform's vector",
  ),
  certain(
    "token: methods md5, sha1 and sha256; the key of the product or of the device",
    "token-log-in: md5, device key",
    "token-log-in: sha1, device key",
    "token-log-in: sha256, device key",
    "token-log-in: product key",
  ),
  certain("token: it ends at et", "token-log-in: an ended token"),
  certain(
    "dp/post/json: t in seconds, optional; v a number, a text or an object; answered at accepted with the id",
    "suite: data points are stored with their times, and accepted",
  ),
  certain(
    "dp/post/json: id is a positive int32",
    "suite: id 0",
    "suite: an id of more than 31 bits",
    "suite: an id that is text",
  ),
  certain(
    "dp/post/json/rejected carries id, err_code and err_msg",
    "suite: %s is rejected and reported, and nothing is stored",
  ),
  certain(
    "cmd/request/{id} comes to a subscribed device, cmd/response/{id} answers it once, at accepted the answer is empty",
    "suite: a command reaches a subscribed device, and its answer is returned and accepted once",
  ),
  certain(
    "an answer to a command has less than 1 kB",
    "suite: an answer of 1024 bytes is rejected, one of 1023 is not",
  ),
  certain(
    "a suite device gets only what it subscribed to",
    "suite: an unsubscribed device gets no command",
    "suite: a device without a subscription gets no notification",
  ),
  certain(
    "a subscription to another device's topics is refused",
    "suite: a subscription to %s is refused in the SUBACK, the others stay",
  ),
  certain(
    "the platform accepts single quotes in dp/post/json",
    "suite: the platform's own tutorial sends single quotes: accepted with a notice",
  ),

  // studio
  certain("studio: log-in as in suite", "token-log-in: a studio device logs in on the same port"),
  certain(
    "property/post, time in ms and optional, answered at property/post/reply with code 200",
    "studio: properties are stored with their times, and the reply reports success",
  ),
  certain(
    "property/set is answered at property/set_reply",
    "studio: setting a property waits for the set_reply",
  ),
  certain(
    "without property/set_reply, the application's call times out",
    "studio: without a set_reply, the call times out; a late one is reported",
  ),
  certain(
    "property/get is answered at property/get_reply",
    "studio: getting properties returns their values",
  ),
  certain(
    "property/desired/get answers values and versions",
    "studio: desired values are kept with their versions until the device asks",
  ),
  certain("event/post is answered", "studio: an event is checked, reported and replied to"),
  certain(
    "service/{identifier}/invoke is answered at invoke_reply",
    "studio: a service is called, and its output returned",
  ),
  certain("names and types are checked", "studio: %s: the reply says what is wrong, nothing is stored"),
]);
