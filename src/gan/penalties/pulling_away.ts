import { at } from "../../errors/at.ts";
import { identity } from "./identity.ts";
import { definePenalty } from "./penalty.ts";

/**
 * The pulling-away term (EBGAN, Zhao et al. 2017, equation 4): weight times the mean of cos^2(f(G(z_i)), f(G(z_j))) over all
 * pairs i != j, where f is what the discriminator's last layer with weights is given: generated samples shall have features
 * in different directions.
 *
 * Default weight 0.1, the paper's.
 */
export const pullingAwayPenalty = definePenalty({
  name: "pullingAway",
  defaultWeight: 0.1,
  options: {},
  generatorTerm: ({ features, fake, weight }) => {
    const batch = at(fake.shape, 0);
    const rows = features(fake).reshape([batch, -1]);
    const directions = rows.mul(rows.square().sum(1, { keepDims: true }).add(1e-12).rsqrt());
    const cosines = directions.matmul(directions, { transposeB: true });
    const others = identity(batch).neg().add(1);
    const pairs = Math.max(1, batch * (batch - 1));
    return cosines
      .mul(others)
      .square()
      .sum()
      .mul(1 / pairs)
      .mul(weight);
  },
});
