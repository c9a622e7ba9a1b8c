/** What is known of the platform's gateways, and of posts that hold many properties and events. */

import { certain, checkFacts } from "./facts.ts";

checkFacts([
  certain(
    "thing/pack/post: each identity has properties and events, with value and time; no identity is oneself",
    "gateways: a pack/post stores properties and events of the gateway and of its sub-devices, logged in or not",
  ),
  certain("thing/pack/post/reply answers it", "gateways: a pack/post with %s is refused as a whole"),
  certain(
    "thing/pack/post: at most 10 sub-devices, at most 100 points each",
    "gateways: 11 devices",
    "gateways: 101 properties of a device",
  ),
  certain(
    "thing/history/post: the same with lists of values",
    "studio: a history/post stores several values of each property with their times, and announces its events",
    "gateways: a history/post stores earlier values of sub-devices",
  ),
  certain(
    "thing/history/post: at most 10 sub-devices, at most 100 points a device and a function point",
    "studio: 11 devices",
    "studio: 101 values",
    "studio: a history/post holds 100 values of each property, and 2000 in all",
  ),
  certain("a gateway has at most 1500 sub-devices", "gateways: a gateway has at most 1500 sub-devices"),
  certain(
    "thing/sub/topo/add and …/delete: deviceName, productID and the sub-device's own sasToken; answered at …/reply",
    "gateways: a gateway binds a sub-device with the sub-device's token, asks for its topology, and unbinds it",
    "gateways: topo/add is refused: %s",
  ),
  certain(
    "thing/sub/topo/get: only id and version; …/get/reply lists the sub-devices, the gateway publishes …/get/result",
    "gateways: a gateway binds a sub-device with the sub-device's token, asks for its topology, and unbinds it",
    "gateways: a result of a topology that was not asked for is reported",
  ),
  certain(
    "thing/sub/topo/change: subList, the full list; answered at …/change_reply",
    "gateways: a changed topology is announced to the gateway in full, and its answer returned",
    "gateways: a sub-device that is deleted leaves its gateway, which is told",
  ),
  certain(
    "thing/sub/login and thing/sub/logout: productID and deviceName; answered at …/reply",
    "gateways: a sub-device is online from its login to its logout",
  ),
  certain(
    "thing/sub/login needs the topology",
    "gateways: a login needs the topology, and a device without a connection of its own",
  ),
  certain(
    "without a login, the sub-device's state is unknown, but its points are taken",
    "gateways: a pack/post stores properties and events of the gateway and of its sub-devices, logged in or not",
  ),
  certain(
    "thing/sub/property/get: deviceName, productID and a list of identifiers; …/get_reply has data",
    "gateways: properties of a sub-device are asked for through its gateway, and checked against its thing model",
  ),
  certain(
    "thing/sub/property/set: deviceName, productID and bare values; answered at …/set_reply",
    "gateways: properties of a sub-device are set through its gateway, with bare values",
  ),
  certain(
    "thing/sub/property/set: at most 50 properties, answered within 5 s",
    "gateways: at most 50 properties of a sub-device are set at once, and its gateway has 5 s",
  ),
  certain(
    "thing/sub/service/invoke: deviceName, productID, identifier and input; …/invoke_reply has data with the output",
    "gateways: a service of a sub-device is called through its gateway",
  ),
  certain(
    "sub-devices' points go by thing/pack/post",
    "gateways: a pack/post stores properties and events of the gateway and of its sub-devices, logged in or not",
  ),
  certain(
    "suite's sub-devices: $subdev/{pid}/{dev}/login and logout, with accepted, rejected and logout/notify",
    "sub-devices: a sub-device is online from its login to its logout, both with empty payloads",
    "sub-devices: %s with %j is rejected",
    "sub-devices: the gateway is told when the platform logs a sub-device out",
  ),
  certain(
    "suite's sub-devices: $subdev/{pid}/{dev}/dp/post/json",
    "sub-devices: data points of a sub-device are stored as its own, and accepted",
  ),
  certain(
    "suite's sub-devices: $subdev/{pid}/{dev}/cmd/request/{id}, …/cmd/response/{id}",
    "sub-devices: a command to a sub-device comes to its gateway, which answers it",
  ),
  certain("suite: at most 50 sub-devices", "sub-devices: a gateway logs in at most 50 sub-devices"),
]);
