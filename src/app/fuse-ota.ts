/**
 * OneNET's service for updates (远程升级), for the program of the MCU:
 *
 *     POST version
 *     GET check
 *     GET <task>/download  for each part
 *     POST <task>/status   {"step":101}; after a restart 201 or, by the program before it, 206
 */

import { Word } from "./slot";
import type { Send, UpdateService } from "./updater";
import type { Suite } from "../board";

/** @param host the name of its server */
export function createFuseOta(
  settings: Pick<Suite, "product" | "device" | "token">,
  host: string,
  send: Send,
  say: (line: string) => void,
): UpdateService {
  return {
    check(words, _other, done) {
      const own = words[Word.Version] as string;
      send("version", '{"s_version":"' + own + '","f_version":"' + own + '"}', () => {
        send("check?type=2&version=" + own, "", (answer) => {
          done(parseInt(answer.split('"tid":')[1] as string), parseInt(answer.split('"size":')[1] as string));
        });
      });
    },
    report(task, step, done) {
      say("step " + step);
      send(task + "/status", '{"step":' + step + "}", done);
    },
    requestFor: (what, body, rangeOf) =>
      (body ? "POST" : "GET") +
      " /fuse-ota/" +
      settings.product +
      "/" +
      settings.device +
      "/" +
      what +
      " HTTP/1.1\r\nHost: " +
      host +
      "\r\nAuthorization: " +
      settings.token +
      (rangeOf ? rangeOf("\r\nRange: bytes=") : "") +
      "\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: " +
      body.length +
      "\r\n\r\n" +
      body,
  };
}
