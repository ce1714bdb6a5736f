// C = Aᵀ·B of square float32 matrices, as in profile/gemm.wgsl, for adapters that a processor plays: every thread loads for
// itself and nothing waits, a thread makes $ROWS × $COLUMNS vec4 of C, and products are added without `fma`, which such adapters
// do in many steps.
//
// a[k·SIZE4 + m], b[k·SIZE4 + n], c[m·SIZE4 + n] in vec4 along the row; SIZE4 = size / 4, size a multiple of 16·$ROWS and of
// 16·$COLUMNS.
// Grid: x over blocks of 4·$COLUMNS vec4 of a row of C, y over blocks of 16·$ROWS rows.
struct Params {
  size4: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;

@compute @workgroup_size(4, 4)
fn main(@builtin(global_invocation_id) thread: vec3u) {
  let size4 = params.size4;
  let firstM = thread.y * $ROWSu;
  let firstN = thread.x * $COLUMNSu;
#for R 0 $ROWS
#for C 0 $COLUMNS
#for J 0 4
  var sum$R_$C_$J = vec4f(0.0);
#endfor
#endfor
#endfor
  for (var k = 0u; k < size4 * 4u; k++) {
#for R 0 $ROWS
    let a$R = a[k * size4 + firstM + $Ru];
#endfor
#for C 0 $COLUMNS
    let b$C = b[k * size4 + firstN + $Cu];
#endfor
#for R 0 $ROWS
#for C 0 $COLUMNS
#for J 0 4
    sum$R_$C_$J += a$R[$J] * b$C;
#endfor
#endfor
#endfor
  }
#for R 0 $ROWS
#for C 0 $COLUMNS
#for J 0 4
  c[(4u * (firstM + $Ru) + $Ju) * size4 + firstN + $Cu] = sum$R_$C_$J;
#endfor
#endfor
#endfor
}
