import type { ByteCache } from "../../cache/byte_cache.ts";
import { at } from "../../errors/at.ts";
import { timeStretches } from "../../gpu/timestamps.ts";
import type { Node } from "../../graph/node.ts";
import { input } from "../../graph/primitives/leaf.ts";
import { choosing, type FormChoices, formClass } from "../gemm/form_choices.ts";
import { type ChooseForm, type GemmForm, gemmForms, isFormName } from "../gemm/gemm_forms.ts";
import { gemmShape } from "../gemm/gemm_maps.ts";
import { type CompiledGraph, compileGraph } from "./compile_graph.ts";
import { Plan } from "./plan.ts";
import type { FormTuner, TuningOptions } from "./tuning.ts";

const efforts = {
  quick: { candidates: 4, rounds: 3, fewestMultiplyAdds: 1e6 },
  full: { candidates: 8, rounds: 7, fewestMultiplyAdds: 0 },
} as const;

/** A sample lasts at least so long: timestamps may be rounded to a tenth of a millisecond. */
const sampleMilliseconds = 2;
const mostRepeats = 512;
/** Changes when kernels do, so that old choices are forgotten. */
const edition = 2;

/**
 * Finds the fastest form of each matrix product and convolution by running it on this adapter, and remembers it. Forms sum
 * in the same order up to the grouping of fours, so a choice changes results by rounding at most; for given choices, a run
 * is reproducible bit for bit.
 */
export class Tuner implements FormTuner {
  readonly #choices: Record<string, string>;
  /** Classes that were timed here; what was given or kept may be none of this adapter's forms. */
  readonly #timed = new Set<string>();
  #loaded: Promise<void> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    readonly mode: keyof typeof efforts,
    readonly options: TuningOptions & { readonly cache: ByteCache },
  ) {
    this.#choices = { ...options.formChoices };
  }

  get choices(): FormChoices {
    return { ...this.#choices };
  }

  get chooseForm(): ChooseForm {
    return choosing(this.#choices);
  }

  tune(graph: CompiledGraph): Promise<boolean> {
    // Plans are often made at once: one after the other, or they would disturb each other's times.
    const turn = this.#last.then(() => this.#tuneNow(graph, efforts[this.mode]));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #tuneNow(graph: CompiledGraph, effort: (typeof efforts)[keyof typeof efforts]): Promise<boolean> {
    this.#loaded ??= this.#load();
    await this.#loaded;
    const classes = new Map<string, Node>();
    for (const { cluster, multiplyAdds } of graph.kernels.flatMap(({ parts }) => parts)) {
      const [root] = cluster.roots;
      if (cluster.kind !== "gemm" || !root || multiplyAdds < effort.fewestMultiplyAdds) continue;
      const name = formClass(root, gemmShape(root));
      if (!this.#isChosen(name, root) && !classes.has(name)) classes.set(name, root);
    }
    for (const [name, root] of classes) {
      this.#choices[name] = (await this.#fastest(root, effort.candidates, effort.rounds)).name;
      this.#timed.add(name);
    }
    if (classes.size > 0) await this.options.cache.write(this.#key, encode(this.#choices));
    return graph.kernels.some(({ parts }) =>
      parts.some(({ cluster: { kind, roots }, form }) => {
        const [root] = roots;
        const chosen = kind === "gemm" && root && this.#choices[formClass(root, gemmShape(root))];
        return chosen !== undefined && chosen !== false && chosen !== form;
      }),
    );
  }

  /** Whether there is a choice for a class, and the product can have it. */
  #isChosen(name: string, root: Node): boolean {
    if (this.#timed.has(name)) return true;
    const forms = gemmForms(gemmShape(root), this.options.compile.target);
    return forms.some((form) => form.name === this.#choices[name]);
  }

  get #key(): string {
    return `forms ${edition} ${this.mode}: ${this.options.adapterName}`;
  }

  /** What was given or found already counts more than what was kept. */
  async #load(): Promise<void> {
    const bytes = await this.options.cache.read(this.#key);
    if (bytes) Object.assign(this.#choices, { ...decode(bytes), ...this.#choices });
  }

  /** The form with the least time of all rounds. Rounds go over all forms in turn, so that a busy moment hits them alike. */
  async #fastest(root: Node, most: number, rounds: number): Promise<GemmForm> {
    const forms = gemmForms(gemmShape(root), this.options.compile.target).slice(0, most);
    const alone = root.op.rebuild(
      root.inputs.map(({ shape, dtype }, i) => input(`operand ${i}`, shape, dtype)),
      root,
    );
    const plans = await Promise.all(
      forms.map((form) => {
        const graph = compileGraph([{ kind: "output", node: alone }], {
          ...this.options.compile,
          chooseForm: () => form,
        });
        return Plan.create(`tuning: ${root.op.name}, ${form.name}`, graph, this.options.context);
      }),
    );
    try {
      const least = forms.map(() => Number.POSITIVE_INFINITY);
      for (let round = 0; round < rounds; round++) {
        for (const [i, plan] of plans.entries()) {
          const milliseconds = await this.#milliseconds(plan, at(least, i));
          // A clock may fail.
          if (milliseconds < at(least, i)) least[i] = milliseconds;
        }
      }
      return at(forms, least.indexOf(Math.min(...least)));
    } finally {
      for (const plan of plans) plan.dispose();
    }
  }

  /** Milliseconds of one run, from as many as a sample needs; `guess` is what one took before. */
  async #milliseconds(plan: Plan, guess: number): Promise<number> {
    let repeats = Number.isFinite(guess) ? Math.ceil(sampleMilliseconds / guess) : 1;
    for (;;) {
      repeats = Math.min(Math.max(repeats, 1), mostRepeats);
      const total = await this.#time(plan, repeats);
      if (total >= sampleMilliseconds || repeats === mostRepeats) return total / repeats;
      repeats *= Math.min(16, Math.max(2, Math.ceil((1.2 * sampleMilliseconds) / Math.max(total, 0.01))));
    }
  }

  async #time(plan: Plan, repeats: number): Promise<number> {
    const { device, readback } = this.options.context;
    const encode = (pass: GPUComputePassEncoder) => {
      for (let i = 0; i < repeats; i++) plan.encode(pass);
      pass.end();
    };
    if (device.gpu.features.has("timestamp-query")) {
      const times = await timeStretches(device, readback, 1, (encoder, querySet) =>
        encode(
          encoder.beginComputePass({
            timestampWrites: { querySet, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 },
          }),
        ),
      );
      return at(times, 0);
    }
    await device.idle();
    const started = performance.now();
    await device.submit("tuning", (encoder) => encode(encoder.beginComputePass()));
    return performance.now() - started;
  }
}

const encode = (choices: FormChoices): ArrayBuffer => {
  const bytes = new TextEncoder().encode(JSON.stringify(choices));
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
};

/** What was kept, but for what is no form. */
function decode(bytes: ArrayBuffer): FormChoices {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const entries: [string, unknown][] = Object.entries(value ?? {});
    return Object.fromEntries(
      entries.flatMap(([name, form]) => (typeof form === "string" && isFormName(form) ? [[name, form]] : [])),
    );
  } catch {
    return {};
  }
}
