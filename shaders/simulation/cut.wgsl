// The patch of each canvas: pictures standardised and clipped, labels from marks and smeared borders.
// Layout: pictures $PICTURES a scene, of side²; patches as many, of size²; labels one byte a pixel, four in a word: 1
// contamination, 2 not to be judged; a scene's begin at a word.
// Grid: x over words of labels / 64, y over scenes.
#include "lib/scene.wgsl"

struct Params {
  side: u32,
  offset: u32,
  size: u32,
  clip: f32,
  // Nearer than this to where a smeared border begins nobody can judge, px.
  doubt: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> scenes: array<Scene>;
@group(0) @binding(2) var<storage, read> measured: array<f32>;
@group(0) @binding(3) var<storage, read> pictures: array<f32>;
@group(0) @binding(4) var<storage, read> marks: array<u32>;
@group(0) @binding(5) var<storage, read_write> patches: array<f32>;
@group(0) @binding(6) var<storage, read_write> labels: array<u32>;

// Pixels from the nearest smeared border, negative in it; the side where there is none.
fn insideBorder(scene: u32, x: i32, y: i32) -> i32 {
  let side = i32(params.side);
  var inside = side;
  if (scenes[scene].left > 0u) {
    inside = min(inside, x - i32(scenes[scene].left));
  }
  if (scenes[scene].top > 0u) {
    inside = min(inside, y - i32(scenes[scene].top));
  }
  if (scenes[scene].right > 0u) {
    inside = min(inside, side - 1 - i32(scenes[scene].right) - x);
  }
  if (scenes[scene].bottom > 0u) {
    inside = min(inside, side - 1 - i32(scenes[scene].bottom) - y);
  }
  return inside;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let scene = id.y;
  let pixels = params.size * params.size;
  let words = (pixels + 3u) / 4u;
  if (id.x >= words) {
    return;
  }
  let area = params.side * params.side;
  let centre = measured[8u * scene + 4u];
  let deviation = measured[8u * scene + 5u];
  var word = 0u;
  for (var i = 0u; i < 4u; i++) {
    let pixel = 4u * id.x + i;
    if (pixel >= pixels) {
      break;
    }
    let x = pixel % params.size + params.offset;
    let y = pixel / params.size + params.offset;
    let source = y * params.side + x;
    for (var picture = 0u; picture < $PICTURESu; picture++) {
      let plane = $PICTURESu * scene + picture;
      let value = (pictures[plane * area + source] - centre) / deviation;
      patches[plane * pixels + pixel] = clamp(value, -params.clip, params.clip);
    }
    let mark = marks[scene * area + source];
    let inside = insideBorder(scene, i32(x), i32(y));
    let isHeap = (mark & 1u) != 0u;
    let isContaminated = isHeap || inside < 0 || (mark & 4u) != 0u;
    let isDoubtful = isHeap || abs(f32(inside)) < params.doubt;
    word |= (u32(isContaminated) | (u32(isDoubtful) << 1u)) << (8u * i);
  }
  labels[scene * words + id.x] = word;
}
