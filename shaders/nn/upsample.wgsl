// Up-sampling of sourceWidth × sourceHeight to wholeWidth × wholeHeight, of which the region from (firstX, firstY) on is made.
// $MODE nearest: source index floor(j · in / out). linear: position (j + ½) · in / out − ½, not below 0; corners: j · (in − 1) /
// (out − 1). Indices are whole numbers throughout: sides are at most 2^15. Tensors lie as lib/tensor.wgsl says.
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
  wholeWidth: u32,
  wholeHeight: u32,
  firstX: u32,
  firstY: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> result: array<$RESULT>;
@group(0) @binding(2) var<storage, read> source: array<$SOURCE>;

struct Between {
  low: u32,
  high: u32,
  fraction: f32,
}

fn between(j: u32, size: u32, whole: u32) -> Between {
#if MODE == corners
  let numerator = j * (size - 1u);
  let denominator = max(whole - 1u, 1u);
#else
  let numerator = max((2u * j + 1u) * size, whole) - whole;
  let denominator = 2u * whole;
#endif
  let low = numerator / denominator;
  return Between(low, min(low + 1u, size - 1u), f32(numerator - low * denominator) / f32(denominator));
}

fn sourceAt(x: u32, y: u32, group: u32) -> vec4f {
  return unpack(source[params.sourceBase + y * params.sourceRow + x * params.sourcePixel + group]);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.width * params.groups || id.y >= params.height) {
    return;
  }
  let x = id.x / params.groups;
  let group = id.x % params.groups;
  let u = params.firstX + x;
  let v = params.firstY + id.y;
#if MODE == nearest
  let column = (u * params.sourceWidth) / params.wholeWidth;
  let row = (v * params.sourceHeight) / params.wholeHeight;
  let value = sourceAt(column, row, group);
#else
  let columns = between(u, params.sourceWidth, params.wholeWidth);
  let rows = between(v, params.sourceHeight, params.wholeHeight);
  let top = mix(sourceAt(columns.low, rows.low, group), sourceAt(columns.high, rows.low, group), columns.fraction);
  let bottom = mix(sourceAt(columns.low, rows.high, group), sourceAt(columns.high, rows.high, group), columns.fraction);
  let value = mix(top, bottom, rows.fraction);
#endif
  result[params.resultBase + id.y * params.resultRow + x * params.resultPixel + group] = pack(value);
}
