// Maximum and average pooling and their gradients, windows of any size, stride and dilation.
// MAX, or averages: over the whole window where `countPadding` is 1, else over what of it lies inside.
// BACKWARD: every number of `large` gathers from the windows that it is in. Of equal maxima the first one, row by row,
// passes the gradient on (as in PyTorch); it is found again in `source`, so that no index has to be kept.
//
// Layout: pictures [batch][row][column][channel]; `large` is the pooled picture's source or its gradient, `small` the result or
// its gradient. Grid: x and y over the numbers that are made, `columns` of them in a row of the grid.

struct Params {
  count: u32,
  columns: u32,
  channels: u32,
  width: u32,
  height: u32,
  smallWidth: u32,
  smallHeight: u32,
  kernelX: u32,
  kernelY: u32,
  strideX: u32,
  strideY: u32,
  dilationX: u32,
  dilationY: u32,
  left: u32,
  top: u32,
  countPadding: u32,
  // 1: added to what is there (backward).
  accumulate: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
#if BACKWARD
@group(0) @binding(1) var<storage, read> small: array<f32>;
@group(0) @binding(2) var<storage, read_write> large: array<f32>;
#if MAX
@group(0) @binding(3) var<storage, read> source: array<f32>;
#endif
#else
@group(0) @binding(1) var<storage, read_write> small: array<f32>;
@group(0) @binding(2) var<storage, read> source: array<f32>;
#endif

struct Window {
  // Of the last channel's channel c.
  value: f32,
  // Tap of the first maximum.
  best: u32,
  // Taps inside.
  taps: u32,
}

// Maximum, or sum, over the window of the small pixel (y, x).
fn look(n: u32, c: u32, smallY: u32, smallX: u32) -> Window {
  var window = Window(0.0, 0u, 0u);
  for (var ky = 0u; ky < params.kernelY; ky++) {
    // Before the first row it wraps around and is outside, too.
    let y = smallY * params.strideY + ky * params.dilationY - params.top;
    if (y >= params.height) {
      continue;
    }
    for (var kx = 0u; kx < params.kernelX; kx++) {
      let x = smallX * params.strideX + kx * params.dilationX - params.left;
      if (x >= params.width) {
        continue;
      }
#if BACKWARD
#if MAX
      let value = source[((n * params.height + y) * params.width + x) * params.channels + c];
#else
      let value = 0.0;
#endif
#else
      let value = source[((n * params.height + y) * params.width + x) * params.channels + c];
#endif
#if MAX
      // A NaN is no maximum of anything, so it is asked for.
      if (window.taps == 0u || value > window.value || value != value) {
        window.value = value;
        window.best = ky * params.kernelX + kx;
      }
#else
      window.value += value;
#endif
      window.taps++;
    }
  }
  return window;
}

fn share(window: Window) -> f32 {
  return 1.0 / f32(select(max(1u, window.taps), params.kernelX * params.kernelY, params.countPadding == 1u));
}

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
  var sum = 0.0;
  for (var ky = 0u; ky < params.kernelY; ky++) {
    let reachY = y + params.top - ky * params.dilationY;
    let smallY = reachY / params.strideY;
    // A negative reach has wrapped around and is far outside.
    if (reachY % params.strideY != 0u || smallY >= params.smallHeight) {
      continue;
    }
    for (var kx = 0u; kx < params.kernelX; kx++) {
      let reachX = x + params.left - kx * params.dilationX;
      let smallX = reachX / params.strideX;
      if (reachX % params.strideX != 0u || smallX >= params.smallWidth) {
        continue;
      }
      let above = small[((n * params.smallHeight + smallY) * params.smallWidth + smallX) * params.channels + c];
      let window = look(n, c, smallY, smallX);
#if MAX
      sum += select(0.0, above, window.best == ky * params.kernelX + kx);
#else
      sum += above * share(window);
#endif
    }
  }
  if (params.accumulate == 1u) {
    sum += large[i];
  }
  large[i] = sum;
#else
  let x = pixel % params.smallWidth;
  let rows = pixel / params.smallWidth;
  let window = look(rows / params.smallHeight, c, rows % params.smallHeight, x);
#if MAX
  small[i] = window.value;
#else
  small[i] = window.value * share(window);
#endif
#endif
}
