// Values at some places of a list.
// Layout: `values` of 32 bits, whatever they mean; `places` are indices into it; `result` has one value a place.
// Grid: one thread a place, 64 a workgroup.

struct Params {
  count: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> values: array<u32>;
@group(0) @binding(2) var<storage, read> places: array<u32>;
@group(0) @binding(3) var<storage, read_write> result: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.count) {
    return;
  }
  result[id.x] = values[places[id.x]];
}
