// Functions that generated code calls. The emitter copies those that a kernel uses, with what they need in turn.

// Infinity. The bits go through a variable because WGSL refuses constant expressions that overflow.
fn infinity() -> f32 {
  var bits = 0x7f800000u;
  return bitcast<f32>(bits);
}

fn not_a_number() -> f32 {
  var bits = 0x7fc00000u;
  return bitcast<f32>(bits);
}

// By the bits, since a compiler may assume that a comparison never meets NaN.
fn is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

fn are_nan(x: vec4f) -> vec4<bool> {
  return (bitcast<vec4u>(x) & vec4u(0x7fffffffu)) > vec4u(0x7f800000u);
}

// exp(x) = 2^k exp(x - k log 2), with log 2 in two parts (Cody and Waite) and 2^k made of its bits: a built-in
// exponential rounds x / log 2, and at 87 is off by 4e-6 of the result. 88.72283 is the last float whose exponential is
// finite; what a driver returns beyond, or for NaN, is not specified.
fn exp_f32(x: f32) -> f32 {
  let k = clamp(round(x * 1.442695f), -126.0f, 127.0f);
  let r = (x - k * 0.693359375f) + k * 2.1219444e-4f;
  let e = exp(r) * bitcast<f32>(u32(k + 127.0f) << 23u);
  return select(select(e, infinity(), x > 88.72283f), x, is_nan(x));
}

// log(1 + t) for t from -1/2 to 1, as the series of 2 atanh(t / (2 + t)): no cancellation at any t.
fn log_near(t: f32) -> f32 {
  let u = 2.0f * t / (2.0f + t);
  let s = 0.25f * u * u;
  return u * (1.0f + s * (0.33333334f + s * (0.2f + s * (0.14285715f + s * (0.11111111f + s * (0.09090909f
    + s * 0.07692308f))))));
}

// The built-in logarithm has an absolute error only (2^-21) near one, where the answer nears zero, so the series takes
// over; and for zero or less it is not specified.
fn log_f32(x: f32) -> f32 {
  let y = select(log(max(x, 1.17549435e-38f)), log_near(x - 1.0f), (x > 0.5f) & (x < 2.0f));
  return select(select(not_a_number(), -infinity(), x == 0.0f), y, x > 0.0f);
}

// Near zero the difference from one cancels, so a Taylor polynomial takes over. exp never sees a positive number: it
// cannot overflow, and NaN comes through, where a clamp may swallow it.
fn tanh_f32(x: f32) -> f32 {
  let s = x * x;
  let near = x * (1.0f + s * (-0.33333334f + s * (0.13333334f + s * (-0.053968254f + s * (0.021869488f - s * 0.008863236f)))));
  let e = exp(-2.0f * abs(x));
  return select(sign(x) * ((1.0f - e) / (1.0f + e)), near, abs(x) < 0.35f);
}

// exp never sees a positive number, so both tails keep their digits down to the smallest f32.
fn sigmoid_f32(x: f32) -> f32 {
  let e = exp_f32(-abs(x));
  return select(e, 1.0f, x >= 0.0f) / (1.0f + e);
}

// log(1 + exp(x)) without overflow.
fn softplus_f32(x: f32) -> f32 {
  return max(x, 0.0f) + log_near(exp_f32(-abs(x)));
}

// x^y with a negative base where y is whole, as in C. Drivers differ on NaN, so it is passed on by hand.
fn pow_f32(x: f32, y: f32) -> f32 {
  let magnitude = select(pow(abs(x), y), select(0.0f, infinity(), y < 0.0f), x == 0.0f);
  let whole = floor(y) == y;
  let odd = whole & (floor(y * 0.5f) * 2.0f != y);
  let negative = select(select(not_a_number(), magnitude, whole | (x < -3.4028234e38f)), -magnitude, odd);
  let power = select(magnitude, negative, x < 0.0f);
  return select(select(power, not_a_number(), is_nan(x) | is_nan(y)), 1.0f, (y == 0.0f) | (x == 1.0f));
}

// Maclaurin's series below 1; above, 1 - erfc by the Chebyshev fit of Numerical Recipes (relative error 1.2e-7).
fn erf_f32(x: f32) -> f32 {
  let a = abs(x);
  let s = a * a;
  var series = 0.0f;
  var term = a;
  for (var n = 0; n < 12; n++) {
    series += term / f32(2 * n + 1);
    term *= -s / f32(n + 1);
  }
  let t = 1.0f / (1.0f + 0.5f * a);
  let fit = -1.26551223f + t * (1.00002368f + t * (0.37409196f + t * (0.09678418f + t * (-0.18628806f + t * (0.27886807f
    + t * (-1.13520398f + t * (1.48851587f + t * (-0.82215223f + t * 0.17087277f))))))));
  let tail = 1.0f - t * exp(fit - min(s, 80.0f));
  return sign(x) * select(tail, 1.128379167f * series, a < 1.0f);
}

// Quadrant and remainder of x / (pi/2), with pi/2 in three parts (Cody and Waite): exact to rounding up to about 1e4.
fn reduce_angle(x: f32) -> vec2f {
  let k = round(x * 0.63661977f);
  let r = ((x - k * 1.5703125f) - k * 4.8375129699707031e-4f) - k * 7.5497899548918821e-8f;
  return vec2f(k - 4.0f * floor(k * 0.25f), r);
}

fn sin_near(r: f32) -> f32 {
  let s = r * r;
  return r * (1.0f + s * (-0.16666667f + s * (0.008333332f + s * (-0.00019841270f + s * 2.7557319e-6f))));
}

fn cos_near(r: f32) -> f32 {
  let s = r * r;
  return 1.0f + s * (-0.5f + s * (0.041666668f + s * (-0.0013888889f + s * 0.000024801587f)));
}

fn sin_f32(x: f32) -> f32 {
  let a = reduce_angle(x);
  let magnitude = select(sin_near(a.y), cos_near(a.y), (a.x == 1.0f) | (a.x == 3.0f));
  return select(magnitude, -magnitude, a.x >= 2.0f);
}

fn cos_f32(x: f32) -> f32 {
  let a = reduce_angle(x);
  let magnitude = select(cos_near(a.y), sin_near(a.y), (a.x == 1.0f) | (a.x == 3.0f));
  return select(magnitude, -magnitude, (a.x == 1.0f) | (a.x == 2.0f));
}

// The 64-bit product of two u32, as (low, high).
fn multiply_wide(a: u32, b: u32) -> vec2u {
  let a0 = a & 0xffffu;
  let a1 = a >> 16u;
  let b0 = b & 0xffffu;
  let b1 = b >> 16u;
  let low = a0 * b0;
  let middle = a1 * b0 + (low >> 16u);
  let carry = (middle & 0xffffu) + a0 * b1;
  return vec2u(a * b, a1 * b1 + (middle >> 16u) + (carry >> 16u));
}

// Philox 4x32-10: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
fn philox(counter: vec4u, seed: u32) -> vec4u {
  var c = counter;
  var key = vec2u(seed, 0u);
  for (var round = 0; round < 10; round++) {
    let p = multiply_wide(0xd2511f53u, c.x);
    let q = multiply_wide(0xcd9e8d57u, c.z);
    c = vec4u(q.y ^ c.y ^ key.x, q.x, p.y ^ c.w ^ key.y, p.x);
    key += vec2u(0x9e3779b9u, 0xbb67ae85u);
  }
  return c;
}

fn uniform_f32(index: u32, stream: u32, seed: u32, count: u32) -> f32 {
  return f32(philox(vec4u(index, stream, count, 0u), seed).x >> 8u) * 5.9604645e-8f;
}

// Box and Muller. The first uniform is shifted half a step away from zero, so the logarithm is finite.
fn normal_f32(index: u32, stream: u32, seed: u32, count: u32) -> f32 {
  let words = philox(vec4u(index, stream, count, 0u), seed);
  let radius = sqrt(-2.0f * log((f32(words.x >> 8u) + 0.5f) * 5.9604645e-8f));
  return radius * cos_f32(6.2831855f * (f32(words.y >> 8u) * 5.9604645e-8f));
}

fn integers_u32(index: u32, stream: u32, seed: u32, count: u32, range: u32) -> u32 {
  return multiply_wide(philox(vec4u(index, stream, count, 0u), seed).x, range).y;
}

// A bijection of 0 .. 2^(2 half) - 1 with 2^(2 half) >= range, applied again while the image lies outside of the range.
fn shuffle_u32(position: u32, stream: u32, seed: u32, count: u32, range: u32) -> u32 {
  let half = max((33u - countLeadingZeros(range - 1u)) / 2u, 1u);
  let mask = (1u << half) - 1u;
  let keys = philox(vec4u(0x5bd1e995u, stream, count, 1u), seed);
  var x = min(position, range - 1u);
  loop {
    var left = x >> half;
    var right = x & mask;
    for (var round = 0u; round < 8u; round++) {
      var mixed = (right + keys[round % 4u] + round) * 0x9e3779b1u;
      mixed = (mixed ^ (mixed >> 15u)) * 0x85ebca77u;
      mixed = mixed ^ (mixed >> 13u);
      let next = left ^ (mixed & mask);
      left = right;
      right = next;
    }
    x = (left << half) | right;
    if (x < range) {
      break;
    }
  }
  return x;
}

// The byte `index` of packed u8 data.
fn unpack_byte(word: u32, index: u32) -> u32 {
  return (word >> ((index & 3u) * 8u)) & 0xffu;
}

// Keeps the file a complete shader.
@compute @workgroup_size(1)
fn main() {}
