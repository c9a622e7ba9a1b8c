/** Questions about the server: OneNET, in the terms of its consoles, or another broker. */

import type { Choice, Question } from "./question.ts";
import { t } from "../../cli/language.ts";

const TOKEN_GENERATIONS = ["suite", "studio"];

const GENERATIONS: readonly Choice[] = [
  {
    value: "studio",
    label: "物联网开放平台 (studio)",
    description: t`The product has a 物模型 (its 数据协议 is OneJson); the device's page has 设备名称 and 设备密钥.`,
  },
  {
    value: "multiprotocol",
    label: "多协议接入 (multiprotocol)",
    description: t`The product's page has 产品ID and 正式环境注册码, the device's 设备ID and 鉴权信息; the ids are numbers.`,
  },
  {
    value: "suite",
    label: "MQTT物联网套件 (suite)",
    description: t`The product has data streams (its 数据协议 is 数据流) and no 物模型; the device's page has 设备名称 and a key.`,
  },
  {
    value: "mqtt",
    label: t`none of these: any other MQTT broker (mqtt)`,
    description: t`mosquitto, EMQX, Home Assistant's`,
  },
];

const CREDENTIALS: Readonly<Record<string, readonly Choice[]>> = {
  multiprotocol: [
    { value: "auth-info", label: t`a device with its 鉴权信息 (auth info), or an API key of the product` },
    {
      value: "registration",
      label: t`no device yet: the board registers itself`,
      description: t`with the product's 正式环境注册码 (registration code), at its first boot`,
    },
  ],
  suite: [
    { value: "key", label: t`the device's access key`, description: t`the build creates tokens from it` },
    {
      value: "token",
      label: t`a ready token`,
      description: t`from the device's owner, made with npm run token`,
    },
  ],
};

export const ONENET_QUESTIONS: readonly Question[] = [
  {
    name: "generation",
    value: "<name>",
    text: t`Which OneNET console, or another MQTT broker?`,
    where: () =>
      t`A console's name is at the top of its page, or in the list of products (全部产品) that leads there.`,
    field: "onenet.generation",
    choices: () => GENERATIONS,
    implied: ({ server }) => (server === undefined ? undefined : "mqtt"),
  },
  {
    name: "product",
    value: "<id>",
    text: t`What is the product id (产品ID)?`,
    where: ({ generation }) =>
      t`On the product's page, ${generation === "studio" ? "产品详情" : "产品概况"}.`,
    field: "onenet.product",
    when: { generation: ["multiprotocol", ...TOKEN_GENERATIONS] },
  },
  {
    name: "credentials",
    value: "<kind>",
    text: t`What does the board log in with?`,
    where: ({ generation }) =>
      generation === "multiprotocol"
        ? t`A list of devices (设备列表) with yours in it means the first.`
        : t`The device's page (设备详情) shows the key; if you cannot see that page, ask for a token.`,
    when: { generation: ["multiprotocol", ...TOKEN_GENERATIONS] },
    choices: ({ generation }) => CREDENTIALS[generation === "multiprotocol" ? generation : "suite"] ?? [],
    standard: ({ generation }) => (generation === "multiprotocol" ? "auth-info" : "key"),
    implied: (given, { generation }) => {
      const [usual = "", other = "", answer] =
        generation === "multiprotocol"
          ? ["auth-info", "registration-code", "registration"]
          : ["key", "token", "token"];
      return given[other] !== undefined && given[usual] === undefined ? answer : undefined;
    },
  },
  {
    name: "registration-code",
    value: "<text>",
    text: t`What is the registration code (正式环境注册码)?`,
    where: () => t`On the product's page, near 产品ID.`,
    field: "onenet.registration.code",
    variable: "ONENET_REGISTRATION_CODE",
    when: { credentials: ["registration"] },
  },
  {
    name: "device",
    value: "<id>",
    text: t`Which device is the board?`,
    where: ({ generation }) =>
      generation === "multiprotocol"
        ? t`设备ID, a number, in the list of devices (设备列表); each board needs its own.`
        : t`设备名称, its name, in the list of devices (设备列表); each board needs its own.`,
    field: "onenet.device",
    when: { credentials: ["auth-info", "key", "token"] },
  },
  {
    name: "auth-info",
    value: "<text>",
    text: t`What is its auth info (鉴权信息)?`,
    where: () => t`On the device's page (设备详情); an API key of the product works too.`,
    field: "onenet.authInfo",
    variable: "ONENET_AUTH_INFO",
    when: { credentials: ["auth-info"] },
  },
  {
    name: "key",
    value: "<base64>",
    text: t`What is its access key?`,
    where: ({ generation }) =>
      t`On the device's page (设备详情), ${generation === "studio" ? "设备密钥" : "key"}; copy all of it, including the = at the end.`,
    field: "onenet.key",
    variable: "ONENET_KEY",
    when: { credentials: ["key"] },
  },
  {
    name: "token",
    value: "<text>",
    text: t`What is the token?`,
    where: () => t`It begins with version=2018-10-31 and is one line; npm run token prints it.`,
    field: "onenet.token",
    variable: "ONENET_TOKEN",
    when: { credentials: ["token"] },
  },
  {
    name: "led-property",
    value: "<identifier>",
    text: t`Which property of the thing model is the LED?`,
    where: () =>
      t`产品详情, 物模型: the 标识符 of a property of type bool (布尔), 读写; add one if there is none.`,
    field: "onenet.properties.led",
    when: { generation: ["studio"] },
    standard: () => "led",
  },
  {
    name: "colour-property",
    value: "<identifier>",
    text: t`Which property is its colour?`,
    where: () => t`The 标识符 of a property of type string (字符串), 读写; it takes #rrggbb.`,
    field: "onenet.properties.colour",
    when: { generation: ["studio"], led: ["ws2812", "pwm"] },
    standard: () => "colour",
  },
  {
    name: "server",
    value: "<host>",
    text: t`Where is the broker?`,
    where: () => t`The name or IPv4 address of its computer; several with commas, the preferred one first.`,
    field: "mqtt.server",
    when: { generation: ["mqtt"] },
  },
  {
    name: "topic",
    value: "<topic>",
    text: t`What should the board's topics begin with?`,
    where: () => t`Your choice, different for each board: commands go to <topic>/set.`,
    field: "mqtt.topic",
    when: { generation: ["mqtt"] },
    standard: ({ name = "" }) => `boards/${name}`,
  },
  {
    name: "mqtt-user",
    value: "<name>",
    text: t`What is the user name at the broker?`,
    where: () => t`From the broker's settings; empty if it needs none.`,
    field: "mqtt.userName",
    when: { generation: ["mqtt"] },
    standard: () => "",
  },
  {
    name: "mqtt-password",
    value: "<text>",
    text: t`What is that user's password?`,
    where: () => t`From the broker's settings.`,
    field: "mqtt.password",
    variable: "MQTT_PASSWORD",
    when: { "mqtt-user": [] },
    exact: true,
  },
];
