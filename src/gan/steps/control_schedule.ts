import type { Controls } from "../../engine/controls.ts";
import { assertKeys, count, needed, notNegative, unknownName } from "../../errors/checks.ts";
import { Tensor } from "../../tensor/tensor.ts";

/** Where a control goes: from its own value to another one. */
export interface CosineSchedule {
  /** The value at the end, at least 0. */
  readonly to: number;
  /** Generator steps until then; the value stays afterwards. */
  readonly steps: number;
}

/** Schedules by the name of the control: learning rates, weights of penalties. */
export type Schedules = Readonly<Record<string, CosineSchedule>>;

/**
 * A control along half a cosine, as R3GAN moves its rates and its gamma (Huang et al. 2024, appendix):
 *
 *   v(n) = v_0 + (1 - (1 + cos(pi n / N)) / 2) (v_1 - v_0)        n = min(steps done, N)
 *
 * It is computed in the step itself, so that how steps are cut into submissions changes nothing. v_0 is the control, which
 * can still be moved.
 */
export function scheduled(controls: Controls, name: string, schedules: Schedules, stepsDone: Tensor): Tensor {
  const from = controls.tensor(name);
  const schedule = Object.hasOwn(schedules, name) ? schedules[name] : undefined;
  if (!schedule) return from;
  const { to, steps } = schedule;
  const share = stepsDone
    .minimum(steps)
    .mul(Math.PI / steps)
    .cos()
    .mul(-0.5)
    .add(0.5);
  return from.add(Tensor.scalar(to).sub(from).mul(share));
}

/** @throws OptionError for a control that does not exist, or a value or number of steps out of range. */
export function checkedSchedules(schedules: Schedules, controlNames: readonly string[]): Schedules {
  for (const [name, schedule] of Object.entries(schedules)) {
    if (!controlNames.includes(name)) {
      throw unknownName(
        "Trainer, schedules",
        "control",
        name,
        Object.fromEntries(controlNames.map((each) => [each, 0])),
      );
    }
    assertKeys<CosineSchedule>(`Trainer, schedules.${name}`, schedule, {
      to: needed(notNegative),
      steps: needed(count),
    });
  }
  return schedules;
}
