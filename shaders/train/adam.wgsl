// Adam (Kingma and Ba 2015) with decoupled weight decay (AdamW, Loshchilov and Hutter 2019), as PyTorch computes it. A step
// whose outcome is bad changes nothing. AVERAGE: an exponential moving average of the weights goes along.
// Grid: x and y over numbers, `columns` of them in a row of the grid.

struct Params {
  count: u32,
  columns: u32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  epsilon: f32,
  // Of the moving average: what is kept, and what is taken.
  keep: f32,
  take: f32,
}

struct Step {
  lossScale: f32,
  positiveScale: f32,
  unlabelled: u32,
  // Learning rate / (1 - beta1^t).
  stepSize: f32,
  // 1 / sqrt(1 - beta2^t).
  secondScale: f32,
  // 1 - learning rate · weight decay.
  decay: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> step: Step;
@group(0) @binding(2) var<storage, read> outcome: array<f32>;
@group(0) @binding(3) var<storage, read> gradients: array<f32>;
@group(0) @binding(4) var<storage, read_write> parameters: array<f32>;
@group(0) @binding(5) var<storage, read_write> first: array<f32>;
@group(0) @binding(6) var<storage, read_write> second: array<f32>;
#if AVERAGE
@group(0) @binding(7) var<storage, read_write> average: array<f32>;
#endif

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.columns + id.x;
  if (id.x >= params.columns || i >= params.count || outcome[3] != 0.0) {
    return;
  }
  let g = gradients[i] * outcome[2];
  let m = params.beta1 * first[i] + params.rest1 * g;
  let v = params.beta2 * second[i] + params.rest2 * g * g;
  first[i] = m;
  second[i] = v;
  let weight = parameters[i] * step.decay - step.stepSize * m / (sqrt(v) * step.secondScale + params.epsilon);
  parameters[i] = weight;
#if AVERAGE
  average[i] = params.keep * average[i] + params.take * weight;
#endif
}
