// Dispatch 1 of 1: add; 1 workgroup.
// b0: feed0, 24 bytes; reads 24, writes 0.
// b1: output0, 24 bytes; reads 0, writes 24.

@group(0) @binding(0) var<storage, read> b0: array<f32, 6>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32, 6>;

fn exp_f32(x: f32) -> f32 {
  let k = clamp(round(x * 1.442695f), -126.0f, 127.0f);
  let r = (x - k * 0.693359375f) + k * 2.1219444e-4f;
  let e = exp(r) * bitcast<f32>(u32(k + 127.0f) << 23u);
  return select(select(e, infinity(), x > 88.72283f), x, is_nan(x));
}

fn infinity() -> f32 {
  var bits = 0x7f800000u;
  return bitcast<f32>(bits);
}

fn is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

fn log_f32(x: f32) -> f32 {
  let y = select(log(max(x, 1.17549435e-38f)), log_near(x - 1.0f), (x > 0.5f) & (x < 2.0f));
  return select(select(not_a_number(), -infinity(), x == 0.0f), y, x > 0.0f);
}

// As in functions.wgsl: not_a_number

fn log_near(t: f32) -> f32 {
  let u = 2.0f * t / (2.0f + t);
  let s = 0.25f * u * u;
  return u * (1.0f + s * (0.33333334f + s * (0.2f + s * (0.14285715f + s * (0.11111111f + s * (0.09090909f
    + s * 0.07692308f))))));
}

fn tanh_f32(x: f32) -> f32 {
  let s = x * x;
  let near = x * (1.0f + s * (-0.33333334f + s * (0.13333334f + s * (-0.053968254f + s * (0.021869488f - s * 0.008863236f)))));
  let e = exp(-2.0f * abs(x));
  return select(sign(x) * ((1.0f - e) / (1.0f + e)), near, abs(x) < 0.35f);
}

fn sigmoid_f32(x: f32) -> f32 {
  let e = exp_f32(-abs(x));
  return select(e, 1.0f, x >= 0.0f) / (1.0f + e);
}

fn softplus_f32(x: f32) -> f32 {
  return max(x, 0.0f) + log_near(exp_f32(-abs(x)));
}

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

// As in functions.wgsl: sin_f32

fn reduce_angle(x: f32) -> vec2f {
  let k = round(x * 0.63661977f);
  let r = ((x - k * 1.5703125f) - k * 4.8375129699707031e-4f) - k * 7.5497899548918821e-8f;
  return vec2f(k - 4.0f * floor(k * 0.25f), r);
}

// As in functions.wgsl: sin_near cos_near cos_f32

fn pow_f32(x: f32, y: f32) -> f32 {
  let magnitude = select(pow(abs(x), y), select(0.0f, infinity(), y < 0.0f), x == 0.0f);
  let whole = floor(y) == y;
  let odd = whole & (floor(y * 0.5f) * 2.0f != y);
  let negative = select(select(not_a_number(), magnitude, whole | (x < -3.4028234e38f)), -magnitude, odd);
  let power = select(magnitude, negative, x < 0.0f);
  return select(select(power, not_a_number(), is_nan(x) | is_nan(y)), 1.0f, (y == 0.0f) | (x == 1.0f));
}

const SIZE: u32 = 6u;
const ITEMS: u32 = 1u;
const WORKGROUP: u32 = 64u;

// hook: computes and stores element i
fn element(i: u32) {
  let w0 = b0[i];
  let w1 = exp_f32(w0);
  let w2 = log_f32(w0);
  let w3 = (w1 + w2);
  let w4 = sqrt(w0);
  let w5 = (w3 + w4);
  let w6 = inverseSqrt(w0);
  let w7 = (w5 + w6);
  let w8 = tanh_f32(w0);
  let w9 = (w7 + w8);
  let w10 = sigmoid_f32(w0);
  let w11 = (w9 + w10);
  let w12 = softplus_f32(w0);
  let w13 = (w11 + w12);
  let w14 = erf_f32(w0);
  let w15 = (w13 + w14);
  let w16 = sin_f32(w0);
  let w17 = (w15 + w16);
  let w18 = cos_f32(w0);
  let w19 = (w17 + w18);
  let w20 = abs(w0);
  let w21 = (w19 + w20);
  let w22 = select(select(w0, f32(1), w0 > f32()), f32(-1), w0 < f32());
  let w23 = (w21 + w22);
  let w24 = floor(w0);
  let w25 = (w23 + w24);
  let w26 = (-w0);
  let w27 = (w25 + w26);
  let w28 = pow_f32(w0, w0);
  let w29 = (w27 + w28);
  let w30 = (w0 / 3f);
  let w31 = (w29 + w30);
  b1[i] = w31;
}

// As in elementwise.wgsl: run

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = id.y * groups.x + id.x;
  run(group, lane);
}
