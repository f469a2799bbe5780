/** `saddlepoint/tuning`: gives `Engine.create` the modes `quick` and `full` of its option `tune`. */
import { checkedCache } from "../cache/checked_cache.ts";
import { defaultCache } from "../cache/default_cache.ts";
import { Tuner } from "../compile/tuner.ts";
import { extraTuning } from "../compile/tuning.ts";

extraTuning.part = (mode, { cache = defaultCache(), onWarning, ...options }) =>
  new Tuner(mode, { ...options, cache: checkedCache(cache, onWarning) });
