import { countNonFinite } from "./probe_values.ts";
import { defineSiteProbe } from "./site_probe.ts";

/** How many elements of a site's value are infinite or NaN. */
export const nonFiniteValues = defineSiteProbe({
  name: "nonFinite",
  columns: { value: 1 },
  measure: ({ value }) => ({ value: countNonFinite(value) }),
});

/** How many elements of the gradient that arrives at a site are infinite or NaN. */
export const nonFiniteGradients = defineSiteProbe({
  name: "nonFinite",
  columns: { gradient: 1 },
  measure: ({ cotangent }) => ({ gradient: countNonFinite(cotangent) }),
});
