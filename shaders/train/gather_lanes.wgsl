// The sums of train/gather_gemm.wgsl on adapters that a processor plays: convolutions, transposed convolutions and the input
// gradients of both.
//
// There a load from an address that differs between lanes is a scalar load and a branch for each lane, workgroup memory is
// no better, and barriers cost dearly; handing a register round is one instruction. So a lane makes $ROWS pixels by 4·$COLUMNS4
// columns; it loads the source of its own pixels, and the weights, which all need, are loaded by all together, a lane each, and
// handed round. No barriers.
//
// Rows, columns, taps, pictures and uniforms are those of gather_gemm.wgsl; taps with the same (dy, dx) lie one after another,
// all channels of the source in their order, and their weights are `channelStep` apart. FOURS: the source has a multiple of
// four channels. RESULTFOURS: so has the result.
// The caller guarantees subgroups of $LANES threads, no more and no fewer.
// Grid: x over blocks of columns, y over blocks of $($THREADS * $ROWS) rows from `firstTile`.
enable subgroups;

struct Params {
#include "lib/gather_params.wgsl"
  channelStep: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> taps: array<vec4i>;
#if FOURS
@group(0) @binding(2) var<storage, read> source: array<vec4f>;
#else
@group(0) @binding(2) var<storage, read> source: array<f32>;
#endif
@group(0) @binding(3) var<storage, read> parameters: array<f32>;
#if RESULTFOURS
@group(0) @binding(4) var<storage, read_write> result: array<vec4f>;
#else
@group(0) @binding(4) var<storage, read_write> result: array<f32>;
#endif

struct Place {
  // Rows of the source before its picture, row and column of the source at the tap (0, 0).
  rows: u32,
  y: u32,
  x: u32,
  // Of the result.
  pixel: u32,
}

fn placeOf(row: u32) -> Place {
  let x = row % params.latticeWidth;
  let rows = row / params.latticeWidth;
  let y = rows % params.latticeHeight;
  let n = rows / params.latticeHeight;
  let resultY = n * params.resultHeight + y * params.resultStepY + params.resultFirstY;
  return Place(
    n * params.sourceHeight,
    y * params.sourceStepY,
    x * params.sourceStepX,
    resultY * params.resultWidth + x * params.resultStepX + params.resultFirstX,
  );
}

fn store(pixel: u32, column: u32, sum: vec4f) {
  if (column >= params.columns) {
    return;
  }
  let at = pixel * params.columns + column;
  // A NaN stays one.
  var value = select(params.slope * sum, sum, sum > vec4f(0.0));
#if RESULTFOURS
  if (params.accumulate == 1u) {
    value += result[at / 4u];
  }
  result[at / 4u] = value;
#else
#for J 0 4
  if (column + $Ju < params.columns) {
    if (params.accumulate == 1u) {
      value[$J] += result[at + $Ju];
    }
    result[at + $Ju] = value[$J];
  }
#endfor
#endif
}

@compute @workgroup_size($THREADS)
fn main(
  @builtin(local_invocation_index) thread: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let firstRow = (group.y + params.firstTile) * $($THREADS * $ROWS)u + thread;
  let firstColumn = group.x * $(4 * $COLUMNS4)u;
#for R 0 $ROWS
  let place$R = placeOf(firstRow + $($THREADS * $R)u);
#endfor
  // Of the weights that this lane loads; beyond the last column is nothing that anyone uses.
#for L 0 $LOADS
  let column$L = min(firstColumn + $($L * $LANES)u + lane, params.columns - 1u);
#endfor
#for C 0 $COLUMNS4
  var bias$C = vec4f(0.0);
#endfor
  if (params.hasBias == 1u) {
#for C 0 $COLUMNS4
#for J 0 4
    bias$C[$J] = parameters[params.bias + min(firstColumn + $(4 * $C + $J)u, params.columns - 1u)];
#endfor
#endfor
  }
#for R 0 $ROWS
#for C 0 $COLUMNS4
  var sum$Rx$C = bias$C;
#endfor
#endfor
  for (var first = 0u; first < params.taps; first += params.sourceChannels) {
    let tap = taps[first];
#for R 0 $ROWS
    let y$R = place$R.y + u32(tap.x);
    let x$R = place$R.x + u32(tap.y);
    let inside$R = y$R < params.sourceHeight && x$R < params.sourceWidth && firstRow + $($THREADS * $R)u < params.pixels;
    let at$R = select(0u, ((place$R.rows + y$R) * params.sourceWidth + x$R) * params.sourceChannels, inside$R);
#endfor
    for (var channel = 0u; channel < params.sourceChannels; channel += $TERMSu) {
      let weight = u32(tap.w) + channel * params.channelStep;
#for K 0 $TERMS
#for L 0 $LOADS
      let loaded$Kx$L = parameters[weight + $Ku * params.channelStep + column$L * params.weightStep];
#endfor
#endfor
#for R 0 $ROWS
#if FOURS
      let v$R = select(vec4f(0.0), source[(at$R + channel) / 4u], inside$R);
#else
      let v$R = vec4f(select(0.0, source[at$R + channel], inside$R), 0.0, 0.0, 0.0);
#endif
#endfor
#for C 0 $COLUMNS4
#for K 0 $TERMS
      let w$Cx$K = vec4f(
#for J 0 4
        subgroupBroadcast(loaded$Kx$(4 * $C / $LANES), $(4 * $C % $LANES + $J)u),
#endfor
      );
#endfor
#for R 0 $ROWS
#for K 0 $TERMS
      sum$Rx$C += v$R[$K] * w$Cx$K;
#endfor
#endfor
#endfor
    }
  }
#for R 0 $ROWS
  if (firstRow + $($THREADS * $R)u < params.pixels) {
#for C 0 $COLUMNS4
    store(place$R.pixel, firstColumn + $(4 * $C)u, sum$Rx$C);
#endfor
  }
#endfor
}
