import { draw } from "./draw.ts";
import type { TaskOrder, TaskPlace } from "./task.ts";

/** Does what was ordered; what comes of it is told on the way. */
export function perform(order: TaskOrder, place: TaskPlace): Promise<void> {
  return draw(order, place);
}
