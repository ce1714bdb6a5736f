// What came out of a step, before the weights are touched: outcome is loss, norm of all gradients, the factor that clips them
// (PyTorch's clip_grad_norm_), and 1 where a number is not finite, so that the step must not be taken.
// With NORM the gradients are looked at; without, only the loss. One workgroup.

struct Params {
  losses: u32,
  norms: u32,
  // 0: none.
  clipNorm: f32,
}

struct Step {
  lossScale: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> step: Step;
@group(0) @binding(2) var<storage, read> losses: array<f32>;
@group(0) @binding(3) var<storage, read_write> outcome: array<f32>;
#if NORM
@group(0) @binding(4) var<storage, read> norms: array<f32>;
#endif

var<workgroup> sums: array<vec3f, 256>;

fn isBad(value: f32) -> bool {
  return (bitcast<u32>(value) & 0x7f800000u) == 0x7f800000u;
}

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) thread: u32) {
  var sum = vec3f(0.0);
  for (var i = thread; i < params.losses; i += 256u) {
    sum.x += losses[i];
  }
#if NORM
  for (var i = thread; i < params.norms; i += 256u) {
    sum.y += norms[2u * i];
    sum.z = max(sum.z, norms[2u * i + 1u]);
  }
#endif
  sums[thread] = sum;
  for (var half = 128u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread < half) {
      let other = sums[thread + half];
      let own = sums[thread];
      sums[thread] = vec3f(own.x + other.x, own.y + other.y, max(own.z, other.z));
    }
  }
  if (thread == 0u) {
    let all = sums[0];
    let loss = all.x * step.lossScale;
    let norm = sqrt(all.y);
    outcome[0] = loss;
    outcome[1] = norm;
    outcome[2] = select(1.0, min(1.0, params.clipNorm / (norm + 1e-6)), params.clipNorm > 0.0);
    outcome[3] = select(0.0, 1.0, all.z > 0.0 || isBad(loss) || isBad(norm));
  }
}
