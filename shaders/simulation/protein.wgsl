// Particles of Gaussian blobs, as projections, and where they and heaps of them are. A blob's projection is a Gaussian; it
// ends at a square of 4 σ, as on the processor.
//
// A workgroup keeps those copies that reach its 16 × 16 pixels, and of one after another the projected blobs. All is added up
// in the order of the copies: the same bits whatever else is in the batch.
//
// Layout: copies of 16 words: centre x, y; the first two rows of the rotation; extent; reach; first blob; blobs; what to mark
// (bits of `marks`), radius of the mark; 2 spare. Blobs of 5 f32 in extents: x, y, z, σ, weight in V. Planes are row-major, 2 a
// scene: potential in V·Å of what is there already → phase in rad; the second is left alone. Marks are one u32 a pixel:
// 1 heap, 2 particle; written anew.
// Grid: x over columns / 16, y over rows / 16, z over scenes.
#include "lib/scene.wgsl"

struct Params {
  side: u32,
}

struct Copy {
  x: f32,
  y: f32,
  turn: array<f32, 6>,
  extent: f32,
  reach: f32,
  firstBlob: u32,
  blobs: u32,
  mark: u32,
  markRadius: f32,
  spare: array<u32, 2>,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> scenes: array<Scene>;
@group(0) @binding(2) var<storage, read> copies: array<Copy>;
@group(0) @binding(3) var<storage, read> blobs: array<f32>;
@group(0) @binding(4) var<storage, read_write> planes: array<f32>;
@group(0) @binding(5) var<storage, read_write> marks: array<u32>;

const threads = 256u;
const root_tau = 2.5066282746310002;

// Whether the copy of each thread reaches the tile; then those that do, in order.
var<workgroup> reaches: array<u32, threads>;
var<workgroup> near: array<u32, threads>;
var<workgroup> nearCount: u32;
// x, y, 1/2σ², peak.
var<workgroup> spots: array<vec4f, threads>;

@compute @workgroup_size(16, 16)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(global_invocation_id) id: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let scene = group.z;
  let first = scenes[scene].firstCopy;
  let count = scenes[scene].copies;
  let pixelSize = scenes[scene].pixelSize;
  let place = vec2f(id.xy);
  let corner = vec2f(group.xy * 16u);
  var potential = 0.0;
  var mark = 0u;
  for (var base = 0u; base < count; base += threads) {
    reaches[thread] = 0u;
    if (base + thread < count) {
      let copy = first + base + thread;
      let centre = vec2f(copies[copy].x, copies[copy].y);
      let away = abs(centre - clamp(centre, corner, corner + 15.0));
      reaches[thread] = u32(max(away.x, away.y) <= copies[copy].reach);
    }
    workgroupBarrier();
    if (thread == 0u) {
      var found = 0u;
      for (var i = 0u; i < threads; i++) {
        if (reaches[i] == 1u) {
          near[found] = first + base + i;
          found++;
        }
      }
      nearCount = found;
    }
    let found = workgroupUniformLoad(&nearCount);
    for (var i = 0u; i < found; i++) {
      let copy = workgroupUniformLoad(&near[i]);
      let centre = vec2f(copies[copy].x, copies[copy].y);
      let off = place - centre;
      let radius = copies[copy].markRadius;
      if (dot(off, off) <= radius * radius) {
        mark |= copies[copy].mark;
      }
      let blobCount = copies[copy].blobs;
      let extent = copies[copy].extent;
      for (var start = 0u; start < blobCount; start += threads) {
        if (start + thread < blobCount) {
          let at = 5u * (copies[copy].firstBlob + start + thread);
          let point = vec3f(blobs[at], blobs[at + 1u], blobs[at + 2u]);
          let sigma = extent * blobs[at + 3u];
          let x = dot(vec3f(copies[copy].turn[0], copies[copy].turn[1], copies[copy].turn[2]), point);
          let y = dot(vec3f(copies[copy].turn[3], copies[copy].turn[4], copies[copy].turn[5]), point);
          let peak = blobs[at + 4u] * root_tau * sigma * pixelSize;
          spots[thread] = vec4f(centre + extent * vec2f(x, y), 0.5 / (sigma * sigma), peak);
        }
        workgroupBarrier();
        for (var j = 0u; j < min(threads, blobCount - start); j++) {
          let spot = spots[j];
          let d = place - spot.xy;
          let squares = d * d * spot.z;
          if (max(squares.x, squares.y) <= 8.0) {
            potential += spot.w * exp(-squares.x - squares.y);
          }
        }
        workgroupBarrier();
      }
    }
    workgroupBarrier();
  }
  if (id.x >= params.side || id.y >= params.side) {
    return;
  }
  let area = params.side * params.side;
  let pixel = id.y * params.side + id.x;
  let at = 2u * scene * area + pixel;
  planes[at] = scenes[scene].perVoltAngstrom * (planes[at] + potential);
  marks[scene * area + pixel] = mark;
}
