/** A tensor is a value; `grad` makes a function's derivative, which is a function too and can be differentiated again. */
import { Engine, grad, hessianVectorProduct, type Tensor } from "saddlepoint";

const engine = await Engine.create();

// A valley along x, a ridge along y. In its middle nothing pulls, and yet that is no minimum: it is a saddle point.
const saddle = (at: Tensor) =>
  at
    .square()
    .mul(engine.tensor([1, -1]))
    .sum();

const middle = engine.tensor([0, 0]);
console.log("gradient in the middle:", await grad(saddle)(middle).data());

// Second derivatives along the axes tell a saddle point from a minimum.
for (const axis of [engine.tensor([1, 0]), engine.tensor([0, 1])]) {
  const curvature = hessianVectorProduct(saddle, middle, axis).mul(axis).sum();
  console.log("curvature along", await axis.data(), "is", await curvature.item());
}

// Descent from a place beside the middle comes down the valley, and then runs off the ridge.
let at: Tensor = engine.tensor([1, 0.001]);
for (let step = 0; step < 40; step++) at = at.sub(grad(saddle)(at).mul(0.1));
console.log("after 40 steps of descent:", await at.data());
