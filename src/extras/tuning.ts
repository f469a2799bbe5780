/** `saddlepoint/tuning`: gives `Engine.create` the options `formChoices` and `tune`. */
import { checkedCache } from "../cache/checked_cache.ts";
import { defaultCache } from "../cache/default_cache.ts";
import { assertForms } from "../compile/gemm/form_choices.ts";
import { Tuner } from "../compile/plan/tuner.ts";
import { extraTuning } from "../compile/plan/tuning.ts";
import { untimed } from "../compile/plan/untimed.ts";

extraTuning.part = (mode, given) => {
  assertForms(given);
  if (mode === "off") return () => untimed(given);
  return ({ cache = defaultCache(), onWarning, ...options }) =>
    new Tuner(mode, { ...options, cache: checkedCache(cache, onWarning) });
};
