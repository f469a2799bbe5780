import { check } from "./check.ts";
import { draw } from "./draw.ts";
import { measure } from "./measure.ts";
import type { TaskOrder, TaskPlace } from "./task.ts";

/** Does what was ordered; what comes of it is told on the way. */
export function perform(order: TaskOrder, place: TaskPlace): Promise<void> {
  if (order.task === "check") return check(place);
  return order.task === "draw" ? draw(order, place) : measure(order, place);
}
