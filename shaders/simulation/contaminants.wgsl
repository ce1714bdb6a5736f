// Ice, carbon, gold, ethane and dirt in the beam: phase, loss of intensity, and the mask of what must not be picked. The same
// as src/pipelines/simulation/contaminantMaps.ts and outlines.ts, where numbers and sources are.
//
// Layout: contaminants of 40 words: kind of outline (0 polygon, 1 wavering, 2 rim), of matter (0 crystal, 1 hexagonal ice,
// 2 carbon, 3 gold, 4 ethane, 5 dirt), middle x and y, reach, softness, radius, parts of the outline, three numbers each of up
// to 7 parts, up to 8 of the matter, rim of the mask, 2 spare; Å. Planes are row-major, 2 a scene, of which the second becomes the phase in rad; loss one
// a scene. Marks: 4 where there is something, added to what is there.
// $ICE, $CARBON, $GOLD, $ETHANE: potentials in V; …PATH: free paths in Å; $PHASE: the strongest phase, rad; $CORNER: radii.
// Grid: 16 × 16 over the pixels, z over scenes.
#include "lib/scene.wgsl"
#include "lib/normals.wgsl"

struct Params {
  side: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> scenes: array<Scene>;
@group(0) @binding(2) var<storage, read> words: array<u32>;
@group(0) @binding(3) var<storage, read_write> planes: array<f32>;
@group(0) @binding(4) var<storage, read_write> losses: array<f32>;
@group(0) @binding(5) var<storage, read_write> marks: array<u32>;

fn number(at: u32) -> f32 {
  return bitcast<f32>(words[at]);
}

// sin(turns · 2π), where turns may be many.
fn sineOf(turns: f32) -> f32 {
  return sin(tau * (turns - round(turns)));
}

// How far outside of an outline.
fn distanceOf(record: u32, d: vec2f) -> f32 {
  let radius = number(record + 6u);
  let parts = words[record + 7u];
  let away = length(d);
  if (words[record] == 0u) {
    var farthest = away - $CORNER * radius;
    for (var i = 0u; i < parts; i++) {
      let at = record + 8u + 3u * i;
      farthest = max(farthest, d.x * number(at) + d.y * number(at + 1u) - number(at + 2u));
    }
    return farthest;
  }
  var edge = radius;
  if (parts > 0u) {
    // The angle of nothing is not defined here.
    let angle = select(atan2(d.y, d.x), 0.0, away == 0.0);
    for (var i = 0u; i < parts; i++) {
      let at = record + 8u + 3u * i;
      let phase = number(at + 2u) / tau;
      if (words[record] == 1u) {
        edge += number(at + 1u) * sineOf(number(at) * angle / tau + phase + 0.25);
      } else {
        edge += number(at + 1u) * sineOf(angle * radius / number(at) + phase);
      }
    }
  }
  return select(away - edge, edge - away, words[record] == 2u);
}

// 1 well inside, 0 well outside, one half at the outline.
fn coverage(distance: f32, soft: f32) -> f32 {
  let t = clamp(0.5 - distance / (2.0 * soft), 0.0, 1.0);
  return t * t * (3.0 - 2.0 * t);
}

fn grainBits(i: i32, j: i32, salt: u32) -> u32 {
  var bits = (u32(i) * 0x27d4eb2du) ^ (u32(j) * 0x165667b1u) ^ salt;
  bits = (bits ^ (bits >> 15u)) * 0x2c1b3c6du;
  bits = (bits ^ (bits >> 12u)) * 0x297a2d39u;
  return bits ^ (bits >> 15u);
}

// What grains of crystalline ice diffract away.
fn grainValue(place: vec2f, salt: u32) -> f32 {
  let cell = vec2i(floor(place));
  var value = 0.0;
  for (var j = cell.y - 1; j <= cell.y + 1; j++) {
    for (var i = cell.x - 1; i <= cell.x + 1; i++) {
      let bits = grainBits(i, j, salt);
      let middle = vec2f(vec2i(i, j)) + vec2f(f32(bits & 1023u), f32((bits >> 10u) & 1023u)) / 1024.0;
      let d = middle - place;
      let root = f32(bits >> 20u) / 4096.0;
      let strength = root * root * root * root;
      let near = max(0.0, 1.0 - dot(d, d));
      value += 3.0 * strength * near * near * near;
    }
  }
  return value;
}

// Adds up potential (V·Å), loss and film.
fn matterAt(record: u32, distance: f32, soft: f32, d: vec2f) -> vec3f {
  let own = record + 29u;
  switch words[record + 1u] {
    case 0u: {
      let thickness = number(own);
      let along = dot(d, vec2f(number(own + 3u), number(own + 4u)));
      let rise = min(1.0, max(0.0, -distance) / number(own + 1u) + 0.2);
      let part = rise * max(0.1, 1.0 + number(own + 2u) * along) * coverage(distance, soft);
      let band = 0.5 + 0.5 * sineOf((number(own + 6u) * (along + 0.2 * d.y) + number(own + 7u)) / tau + 0.25);
      let loss = thickness * part / $ICEPATH + number(own + 5u) * band * band * part;
      return vec3f($ICE * thickness * part, loss, 0.0);
    }
    case 1u: {
      let grains = grainValue(d / number(own), words[own + 2u]);
      return vec3f(0.0, coverage(distance, soft) * number(own + 1u) * grains, 0.0);
    }
    case 2u: {
      let film = coverage(distance, soft);
      let thickness = number(own) * film;
      return vec3f($CARBON * thickness, thickness / $CARBONPATH, film);
    }
    case 3u: {
      let radius = number(own);
      let chord = 2.0 * sqrt(max(0.0, radius * radius - dot(d, d)));
      return vec3f($GOLD * chord, chord / $GOLDPATH, 0.0);
    }
    case 4u: {
      let radius = number(own);
      let inside = clamp(-distance, 0.0, radius) / radius;
      let dome = number(own + 1u) * sqrt(inside * (2.0 - inside)) * coverage(distance, soft);
      return vec3f($ETHANE * dome, dome / $ETHANEPATH, 0.0);
    }
    default: {
      let radius = number(own);
      let inside = clamp(0.5 * soft - distance, 0.0, radius) / radius;
      let ball = 2.0 * radius * sqrt(inside * (2.0 - inside));
      return vec3f($ICE * number(own + 1u) * ball, ball / $ICEPATH, 0.0);
    }
  }
}

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let scene = id.z;
  if (id.x >= params.side || id.y >= params.side) {
    return;
  }
  let pixel = id.y * params.side + id.x;
  let area = params.side * params.side;
  let place = scenes[scene].pixelSize * vec2f(id.xy);
  var potential = 0.0;
  var loss = 0.0;
  var film = 0.0;
  var mark = 0u;
  for (var i = 0u; i < scenes[scene].contaminants; i++) {
    let record = 40u * (scenes[scene].firstContaminant + i);
    let d = place - vec2f(number(record + 2u), number(record + 3u));
    let rim = number(record + 37u);
    let reach = number(record + 4u) + rim;
    if (max(abs(d.x), abs(d.y)) > reach) {
      continue;
    }
    let distance = distanceOf(record, d);
    let soft = number(record + 5u);
    if (distance < rim) {
      mark = 4u;
    }
    if (distance < soft) {
      let found = matterAt(record, distance, soft, d);
      potential += found.x;
      loss += found.y;
      film = max(film, found.z);
    }
  }
  // Hyperbolic tangents of large numbers are none on some GPUs.
  let bent = clamp(scenes[scene].perVoltAngstrom * potential / $PHASE, -10.0, 10.0);
  var phase = $PHASE * tanh(bent);
  if (film > 0.0) {
    let structure = normals(vec4u(pixel, 1u, scenes[scene].seed, scenes[scene].index));
    phase += film * scenes[scene].texture * structure.x;
  }
  planes[(2u * scene + 1u) * area + pixel] = phase;
  losses[scene * area + pixel] = loss;
  marks[scene * area + pixel] |= mark;
}
