// The highest point of each of a stack of periodic planes, among the shifts of at most reachX and reachY pixels, in two
// steps so that the order of the comparisons is fixed; the first of equals wins.
// $STEP partial: GROUPS workgroups a plane, each with its share of the window; best[plane·groups + group] = (value, place
// in the window as bits). $STEP final: one workgroup a plane takes the best of those and the vertex of the parabolas
// through it and its neighbours; shifts[plane] = (x, y, 0, 0) in pixels, the zero shift being pixel (0, 0).
// Grid: x over groups (1 in the final step), y over planes.

struct Params {
  width: u32,
  height: u32,
  reachX: u32,
  reachY: u32,
  groups: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> planes: array<f32>;
#if STEP == partial
@group(0) @binding(2) var<storage, read_write> best: array<vec2u>;
#else
@group(0) @binding(2) var<storage, read> best: array<vec2u>;
@group(0) @binding(3) var<storage, read_write> shifts: array<vec4f>;
#endif

const lowest = -3.4e38;

var<workgroup> values: array<f32, 64>;
var<workgroup> places: array<u32, 64>;

// Value at a signed shift, taken periodically.
fn valueAt(plane: u32, x: i32, y: i32) -> f32 {
  let width = i32(params.width);
  let height = i32(params.height);
  let column = ((x % width) + width) % width;
  let row = ((y % height) + height) % height;
  return planes[(plane * params.height + u32(row)) * params.width + u32(column)];
}

// The shift that a place in the window stands for.
fn shiftOf(place: u32) -> vec2i {
  let across = 2u * params.reachX + 1u;
  return vec2i(i32(place % across) - i32(params.reachX), i32(place / across) - i32(params.reachY));
}

// Leaves the best of all threads' at 0.
fn reduce(thread: u32) {
  for (var half = 32u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (thread < half) {
      let other = thread + half;
      let better = values[other] > values[thread];
      let first = values[other] == values[thread] && places[other] < places[thread];
      if (better || first) {
        values[thread] = values[other];
        places[thread] = places[other];
      }
    }
  }
  workgroupBarrier();
}

// Where a parabola through three values has its top, −½ … ½.
fn vertex(before: f32, middle: f32, after: f32) -> f32 {
  let curvature = before - 2.0 * middle + after;
  return select(0.0, clamp(0.5 * (before - after) / curvature, -0.5, 0.5), curvature < 0.0);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let plane = group.y;
  values[thread] = lowest;
  places[thread] = 0u;
#if STEP == partial
  let total = (2u * params.reachX + 1u) * (2u * params.reachY + 1u);
  for (var place = group.x * 64u + thread; place < total; place += params.groups * 64u) {
    let shift = shiftOf(place);
    let value = valueAt(plane, shift.x, shift.y);
    if (value > values[thread]) {
      values[thread] = value;
      places[thread] = place;
    }
  }
  reduce(thread);
  if (thread == 0u) {
    best[plane * params.groups + group.x] = vec2u(bitcast<u32>(values[0]), places[0]);
  }
#else
  for (var other = thread; other < params.groups; other += 64u) {
    let found = best[plane * params.groups + other];
    let value = bitcast<f32>(found.x);
    if (value > values[thread] || (value == values[thread] && found.y < places[thread])) {
      values[thread] = value;
      places[thread] = found.y;
    }
  }
  reduce(thread);
  if (thread == 0u) {
    let at = shiftOf(places[0]);
    let middle = valueAt(plane, at.x, at.y);
    let x = vertex(valueAt(plane, at.x - 1, at.y), middle, valueAt(plane, at.x + 1, at.y));
    let y = vertex(valueAt(plane, at.x, at.y - 1), middle, valueAt(plane, at.x, at.y + 1));
    shifts[plane] = vec4f(vec2f(at) + vec2f(x, y), 0.0, 0.0);
  }
#endif
}
