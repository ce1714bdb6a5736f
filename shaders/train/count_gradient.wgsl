// The gradient of the loss of count_match.wgsl by the logits. Grid: x and y over numbers, `columns` of them in a row of the grid.

struct Params {
  count: u32,
  columns: u32,
}

struct Step {
  lossScale: f32,
  positiveScale: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> step: Step;
@group(0) @binding(2) var<storage, read> prediction: array<f32>;
@group(0) @binding(3) var<storage, read> goal: array<f32>;
@group(0) @binding(4) var<storage, read> slopes: array<f32>;
@group(0) @binding(5) var<storage, read_write> gradient: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.columns + id.x;
  if (id.x >= params.columns || i >= params.count) {
    return;
  }
  let s = prediction[i];
  let e = exp(-abs(s));
  let one = select(e, 1.0, s >= 0.0) / (1.0 + e);
  let zero = select(1.0, e, s >= 0.0) / (1.0 + e);
  var value = 0.0;
  if (goal[i] > 0.5) {
    value = -zero * step.positiveScale;
  } else if (goal[i] > -0.5) {
    value = (slopes[0] + slopes[1] * (zero - one)) * one * zero;
  }
  gradient[i] = value;
}
