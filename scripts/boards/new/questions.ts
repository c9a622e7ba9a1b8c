/** The questions of `npm run new-board`, in their order: each is also an option of the command. */

import { BOARD_QUESTIONS } from "./board-questions.ts";
import { ONENET_QUESTIONS } from "./onenet-questions.ts";
import { PARTS_QUESTION } from "./parts-question.ts";
import type { Question } from "./question.ts";

export const QUESTIONS: readonly Question[] = [...BOARD_QUESTIONS, ...ONENET_QUESTIONS, PARTS_QUESTION];
