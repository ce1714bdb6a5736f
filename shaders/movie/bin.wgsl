// Means of the finite values of bin × bin squares; NaN without any. Squares are cut at the right and lower edge.
//
// Layout: image row-major f32, width × rows, as bits, since WGSL may assume that no float is NaN; result row-major,
// ceil(width / bin) columns, from its row firstRow on.
// Grid: x over result columns, y over result rows.

struct Params {
  width: u32,
  rows: u32,
  bin: u32,
  binnedWidth: u32,
  binnedRows: u32,
  firstRow: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> image: array<u32>;
@group(0) @binding(2) var<storage, read_write> result: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.binnedWidth || id.y >= params.binnedRows) {
    return;
  }
  let right = min((id.x + 1u) * params.bin, params.width);
  let bottom = min((id.y + 1u) * params.bin, params.rows);
  var total = 0.0;
  var count = 0.0;
  for (var y = id.y * params.bin; y < bottom; y++) {
    for (var x = id.x * params.bin; x < right; x++) {
      let bits = image[y * params.width + x];
      if ((bits & 0x7f800000u) != 0x7f800000u) {
        total += bitcast<f32>(bits);
        count += 1.0;
      }
    }
  }
  var mean = 0x7fc00000u;
  if (count > 0.0) {
    mean = bitcast<u32>(total / count);
  }
  result[(params.firstRow + id.y) * params.binnedWidth + id.x] = mean;
}
