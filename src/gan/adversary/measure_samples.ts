import { named } from "../../errors/at.ts";
import type { Inputs } from "../../nn/layer.ts";
import { anchorsOf, cellCount, cells } from "../../probes/batches/cells.ts";
import { classSpread } from "../../probes/batches/class_spread.ts";
import { heldOut } from "../../probes/batches/held_out.ts";
import { sampleSpread } from "../../probes/sample_spread.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { Step } from "../game/game.ts";
import { type Batches, packSize } from "../tricks/trick.ts";
import type { Critic } from "./critic.ts";
import type { Sides } from "./sides.ts";

/** Held-out samples that the discriminator is asked about. */
const asked = 32;

/** What a discriminator's step has of samples. */
interface Seen {
  /** Before tricks change what the discriminator is shown. */
  readonly batches: Batches;
  readonly logits: Batches;
  /** Side inputs of the discriminator, beside real samples. */
  readonly inputs: Inputs;
}

/** The costlier probes of a discriminator's batches. */
export function measureSamples(sides: Sides, step: Step, critic: Critic, { batches, logits, inputs }: Seen): void {
  const { real, fake, labels } = batches;
  step.measure(sampleSpread.name, sampleSpread(real, fake));
  step.measure(cells.name, cells(keptAnchors(step), fake));
  if (labels) step.measure(classSpread.name, classSpread(real, labels.real, fake, labels.fake));
  const pack = packSize(sides.tricks);
  // Where samples of a batch act on each other, only batches of one size compare.
  const size = sides.mixesSamples ? (real.shape[0] ?? asked) : Math.ceil(asked / pack) * pack;
  const held = step.heldOut(size);
  if (!held) return;
  const { batch, random } = held;
  const drawn = named(batch, "samples");
  const packs = Math.floor((drawn.shape[0] ?? 0) / pack);
  if (packs === 0) return;
  const samples = drawn.slice(
    drawn.shape.map(() => 0),
    drawn.shape.with(0, packs * pack),
  );
  const given = inputs["label"] ? { ...inputs, label: named(batch, "labels") } : inputs;
  const shown = critic.shown(samples, random);
  step.measure(
    heldOut.name,
    heldOut(critic.logitsAside(shown, given), logits.real, { isError: sides.loss.output === "error" }),
  );
}

/** Real samples that stay: the same ones whenever probes begin, also where the data moves on. */
function keptAnchors({ carry, fixedBatch, isStreamed }: Step): Tensor {
  const first = anchorsOf(named(fixedBatch(cellCount), "samples"));
  if (!isStreamed) return first;
  const own = carry.at("probes").at(cells.name);
  const anchors = Tensor.where(own.read("areKept").greater(0), own.read("anchors", first.shape), first);
  own.keep("anchors", anchors);
  own.keep("areKept", Tensor.scalar(1));
  return anchors;
}
