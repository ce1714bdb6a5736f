// Sums over the pixels of a batch for each channel, a part of the pixels at a time.
// OF: values    Σ x
//     squares   Σ (x - mean)²
//     gradients Σ g, and Σ g·(x - mean)·inverse spread
// moments is [mean | inverse spread], [channel] each. partials is [chunk][one or two sums][channel].
// Grid: x and y over chunk · channels + channel, `columns` of them in a row of the grid.

struct Params {
  count: u32,
  columns: u32,
  channels: u32,
  pixels: u32,
  chunkPixels: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<f32>;
@group(0) @binding(2) var<storage, read_write> partials: array<f32>;
#if OF == values
#else
@group(0) @binding(3) var<storage, read> moments: array<f32>;
#endif
#if OF == gradients
@group(0) @binding(4) var<storage, read> gradient: array<f32>;
#endif

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.columns + id.x;
  if (id.x >= params.columns || i >= params.count) {
    return;
  }
  let c = i % params.channels;
  let chunk = i / params.channels;
  let end = min((chunk + 1u) * params.chunkPixels, params.pixels);
  var sum = 0.0;
#if OF == values
#else
  let mean = moments[c];
#endif
#if OF == gradients
  let inverse = moments[params.channels + c];
  var product = 0.0;
#endif
  for (var pixel = chunk * params.chunkPixels; pixel < end; pixel++) {
    let x = source[pixel * params.channels + c];
#if OF == values
    sum += x;
#endif
#if OF == squares
    sum += (x - mean) * (x - mean);
#endif
#if OF == gradients
    let g = gradient[pixel * params.channels + c];
    sum += g;
    product += g * (x - mean) * inverse;
#endif
  }
#if OF == gradients
  partials[2u * chunk * params.channels + c] = sum;
  partials[(2u * chunk + 1u) * params.channels + c] = product;
#else
  partials[i] = sum;
#endif
}
