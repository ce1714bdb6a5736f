// Nearest and bilinear up-sampling and their gradients, from any size to any size.
// Along each axis pixel j of the result is made of
//   nearest   pixel floor(j · from / to);
//   BILINEAR  two pixels around max(0, (j + 1/2) · from/to - 1/2), or with `corners` around j · (from - 1)/(to - 1),
// computed in whole numbers. BACKWARD: every pixel of the source gathers from the results that it is in.
//
// FOURS: `channels` is a multiple of four, and a number stands for four channels, here and in the uniforms.
// Layout: pictures [batch][row][column][channel]; `small` is the source or its gradient, `large` the result or its gradient.
// Grid: x and y over the numbers that are made, `columns` of them in a row of the grid.

struct Params {
  count: u32,
  columns: u32,
  channels: u32,
  width: u32,
  height: u32,
  largeWidth: u32,
  largeHeight: u32,
  corners: u32,
  // 1: added to what is there (backward).
  accumulate: u32,
}

#if FOURS
alias Number = vec4f;
#else
alias Number = f32;
#endif

@group(0) @binding(0) var<uniform> params: Params;
#if BACKWARD
@group(0) @binding(1) var<storage, read> large: array<Number>;
@group(0) @binding(2) var<storage, read_write> small: array<Number>;
#else
@group(0) @binding(1) var<storage, read_write> large: array<Number>;
@group(0) @binding(2) var<storage, read> small: array<Number>;
#endif

struct Between {
  low: u32,
  high: u32,
  // Weight of `high`.
  fraction: f32,
}

fn between(j: u32, sourceLength: u32, resultLength: u32) -> Between {
#if BILINEAR
  var above = j * (sourceLength - 1u);
  var below = max(1u, resultLength - 1u);
  if (params.corners == 0u) {
    above = (2u * j + 1u) * sourceLength;
    above -= min(above, resultLength);
    below = 2u * resultLength;
  }
  let low = above / below;
  return Between(low, min(low + 1u, sourceLength - 1u), f32(above - low * below) / f32(below));
#else
  let low = j * sourceLength / resultLength;
  return Between(low, low, 0.0);
#endif
}

#if BACKWARD
// How much of pixel i is in pixel j of the result.
fn part(i: u32, j: u32, sourceLength: u32, resultLength: u32) -> f32 {
  let b = between(j, sourceLength, resultLength);
  return select(0.0, 1.0 - b.fraction, b.low == i) + select(0.0, b.fraction, b.high == i);
}

// Pixels of the result that may hold pixel i: from the first that reaches i - 1 to the last that reaches i + 1, and one more on
// each side.
fn reach(i: u32, sourceLength: u32, resultLength: u32) -> vec2u {
  let scale = max(1u, select(sourceLength, sourceLength - 1u, params.corners == 1u));
  let low = (max(i, 1u) - 1u) * resultLength / scale;
  let high = (i + 2u) * resultLength / scale + 2u;
  // The centres of pixels that are areas lie up to half a pixel of the source off.
  let margin = 2u + resultLength / sourceLength;
  return vec2u(low - min(low, margin), min(high + margin, resultLength));
}
#endif

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.columns + id.x;
  if (id.x >= params.columns || i >= params.count) {
    return;
  }
  let c = i % params.channels;
  let pixel = i / params.channels;
#if BACKWARD
  let x = pixel % params.width;
  let rows = pixel / params.width;
  let y = rows % params.height;
  let n = rows / params.height;
  let reachX = reach(x, params.width, params.largeWidth);
  let reachY = reach(y, params.height, params.largeHeight);
  var sum = Number(0.0);
  for (var v = reachY.x; v < reachY.y; v++) {
    let partY = part(y, v, params.height, params.largeHeight);
    if (partY == 0.0) {
      continue;
    }
    let row = (n * params.largeHeight + v) * params.largeWidth;
    for (var h = reachX.x; h < reachX.y; h++) {
      let partX = part(x, h, params.width, params.largeWidth);
      if (partX != 0.0) {
        sum += partY * partX * large[(row + h) * params.channels + c];
      }
    }
  }
  if (params.accumulate == 1u) {
    sum += small[i];
  }
  small[i] = sum;
#else
  let x = between(pixel % params.largeWidth, params.width, params.largeWidth);
  let rows = pixel / params.largeWidth;
  let y = between(rows % params.largeHeight, params.height, params.largeHeight);
  let first = (rows / params.largeHeight) * params.height;
  let rowLow = (first + y.low) * params.width;
#if BILINEAR
  let rowHigh = (first + y.high) * params.width;
  let top = mix(small[(rowLow + x.low) * params.channels + c], small[(rowLow + x.high) * params.channels + c], x.fraction);
  let bottom = mix(
    small[(rowHigh + x.low) * params.channels + c],
    small[(rowHigh + x.high) * params.channels + c],
    x.fraction,
  );
  large[i] = mix(top, bottom, y.fraction);
#else
  large[i] = small[(rowLow + x.low) * params.channels + c];
#endif
#endif
}
