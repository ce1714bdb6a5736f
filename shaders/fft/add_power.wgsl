// Adds the squared amplitudes of a stack of half spectra to a picture of all frequencies, the zero frequency at
// (width/2, height/2); negative kx are read at the opposite frequency. One thread adds all planes of its frequency in
// order, so that the sum is the same in every run.
// Layout: source plane × ky × kx; result height × width. Grid: x over columns, y over rows of the result.

struct Params {
  width: u32,
  height: u32,
  count: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<vec2f>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.width || id.y >= params.height) {
    return;
  }
  let columns = params.width / 2u + 1u;
  let signedX = i32(id.x) - i32(params.width / 2u);
  let signedY = i32(id.y) - i32(params.height / 2u);
  let mirrored = signedX < 0;
  let ky = select(signedY, -signedY, mirrored);
  let height = i32(params.height);
  let row = u32((ky + height) % height);
  let at = row * columns + u32(abs(signedX));
  var sum = result[id.y * params.width + id.x];
  for (var plane = 0u; plane < params.count; plane++) {
    let value = source[plane * params.height * columns + at];
    sum += dot(value, value);
  }
  result[id.y * params.width + id.x] = sum;
}
