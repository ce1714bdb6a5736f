// One number after another, four at a time; what lies in the last vec4 beyond the end is nobody's.
// OP: copy      result = source
//     add       result += source
//     activate  result = f(result)
//     gradient  result *= f'(x) where source = f(x); at 0 the derivative that PyTorch takes
// f multiplies what is below 0 by `slope`, or is a sigmoid (activation 1). A NaN stays one.
// Grid: x and y over vec4s, `columns` of them in a row of the grid.

struct Params {
  count4: u32,
  columns: u32,
#if OP == activate
  activation: u32,
  slope: f32,
#endif
#if OP == gradient
  activation: u32,
  slope: f32,
#endif
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> result: array<vec4f>;
#if OP == activate
#else
@group(0) @binding(2) var<storage, read> source: array<vec4f>;
#endif

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.columns + id.x;
  if (id.x >= params.columns || i >= params.count4) {
    return;
  }
#if OP == copy
  result[i] = source[i];
#endif
#if OP == add
  result[i] += source[i];
#endif
#if OP == activate
  let x = result[i];
  if (params.activation == 1u) {
    result[i] = 1.0 / (1.0 + exp(-x));
  } else {
    result[i] = select(params.slope * x, x, x > vec4f(0.0));
  }
#endif
#if OP == gradient
  let y = source[i];
  if (params.activation == 1u) {
    result[i] *= y * (1.0 - y);
  } else {
    let above = result[i];
    result[i] = select(params.slope * above, above, y > vec4f(0.0));
  }
#endif
}
