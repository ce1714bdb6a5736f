// C = Aᵀ·B of square float32 matrices: the most arithmetic that plain WGSL gets out of an adapter, measured so that other
// kernels can be compared with it.
//
// a[k·SIZE4 + m], b[k·SIZE4 + n], c[m·SIZE4 + n] in vec4 along the row; SIZE4 = size / 4, size a multiple of 8·$EDGE.
// A workgroup of $EDGE × $EDGE threads makes a tile of 8·$EDGE squared, a thread 8 × 8 of it in registers: the rows
// 4·ty … + 3 of both halves of the tile, and the columns likewise, so that neighbouring threads read neighbouring vec4.
// Tiles of 8 rows of A and B lie in workgroup memory; all inner loops are unrolled in the text.
// Grid: x and y over tiles.
struct Params {
  size4: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;

var<workgroup> tileA: array<vec4f, $(16 * $EDGE)>;
var<workgroup> tileB: array<vec4f, $(16 * $EDGE)>;

@compute @workgroup_size($EDGE, $EDGE)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) thread: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let size4 = params.size4;
  let firstM = group.y * $(2 * $EDGE)u;
  let firstN = group.x * $(2 * $EDGE)u;
#for R 0 8
  var low$R = vec4f(0.0);
  var high$R = vec4f(0.0);
#endfor
  for (var k = 0u; k < size4 * 4u; k += 8u) {
#for L 0 $LOADS
    {
      let at = index + $($L * $EDGE * $EDGE)u;
      let row = (k + at / $(2 * $EDGE)u) * size4 + at % $(2 * $EDGE)u;
      tileA[at] = a[row + firstM];
      tileB[at] = b[row + firstN];
    }
#endfor
    workgroupBarrier();
#for K 0 8
    {
      let a0 = tileA[$($K * 2 * $EDGE)u + thread.y];
      let a1 = tileA[$($K * 2 * $EDGE + $EDGE)u + thread.y];
      let b0 = tileB[$($K * 2 * $EDGE)u + thread.x];
      let b1 = tileB[$($K * 2 * $EDGE + $EDGE)u + thread.x];
#for R 0 4
      low$R = fma(vec4f(a0[$R]), b0, low$R);
      high$R = fma(vec4f(a0[$R]), b1, high$R);
      low$($R + 4) = fma(vec4f(a1[$R]), b0, low$($R + 4));
      high$($R + 4) = fma(vec4f(a1[$R]), b1, high$($R + 4));
#endfor
    }
#endfor
    workgroupBarrier();
  }
  let column = firstN + thread.x;
#for R 0 8
  {
    let row = 4u * (firstM + thread.y + $($R / 4 * $EDGE)u) + $($R % 4)u;
    c[row * size4 + column] = low$R;
    c[row * size4 + column + $EDGEu] = high$R;
  }
#endfor
}
