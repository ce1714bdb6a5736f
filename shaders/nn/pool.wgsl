// Maximum or mean ($MODE: max, average) over windows of KX × KY taps; taps beyond the source are no maximum, and count as
// zeros in a mean with $COUNT, not at all without. Tensors lie as lib/tensor.wgsl says.
// Grid: x over columns · groups of the result region, y over rows.
#include "lib/tensor.wgsl"

struct Params {
  width: u32,
  height: u32,
  groups: u32,
  resultRow: u32,
  resultPixel: u32,
  resultBase: u32,
  sourceRow: u32,
  sourcePixel: u32,
  sourceBase: u32,
  sourceWidth: u32,
  sourceHeight: u32,
  firstX: u32,
  firstY: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> result: array<$RESULT>;
@group(0) @binding(2) var<storage, read> source: array<$SOURCE>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.width * params.groups || id.y >= params.height) {
    return;
  }
  let x = id.x / params.groups;
  let group = id.x % params.groups;
#if MODE == max
  // The least float32.
  var total = vec4f(-0x1.fffffep+127);
#else
  var total = vec4f(0.0);
  var count = 0.0;
#endif
  for (var ky = 0u; ky < $KYu; ky++) {
    let v = params.firstY + id.y * $STRIDEYu + ky * $DILATIONYu;
    for (var kx = 0u; kx < $KXu; kx++) {
      let u = params.firstX + x * $STRIDEXu + kx * $DILATIONXu;
      if (u < params.sourceWidth && v < params.sourceHeight) {
        let value = unpack(source[params.sourceBase + v * params.sourceRow + u * params.sourcePixel + group]);
#if MODE == max
        total = max(total, value);
#else
        total += value;
        count += 1.0;
#endif
      }
    }
  }
#if MODE == average
#if COUNT
  total /= $($KX * $KY).0;
#else
  total /= count;
#endif
#endif
  result[params.resultBase + id.y * params.resultRow + x * params.resultPixel + group] = pack(total);
}
