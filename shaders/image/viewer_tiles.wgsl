// Draws one tile of the micrograph as a triangle strip of four vertices; the instance index picks its placement.
// The texture (r16float) holds standardised values: (value − mean) / standard deviation of the raw micrograph.
// The contrast window maps [black, white] to [0, 1], clamped; then comes the gamma, the negative (1 − grey) and the colour
// map, 256 colours in a row.
// The host sets the scissor to the pane, and draws coarse tiles before fine ones.

#include "image/viewer_pane.wgsl"

struct Placement {
  // x, y, width, height on the image, px.
  rect: vec4f,
  // Share of the texture that lies on the image (less than 1 at the border of an odd level); zw unused.
  used: vec4f,
}

@group(0) @binding(1) var<storage, read> placements: array<Placement>;
@group(0) @binding(2) var smooth_sampler: sampler;
@group(0) @binding(3) var colours: texture_2d<f32>;
@group(1) @binding(0) var tile: texture_2d<f32>;

struct Varying {
  @builtin(position) position: vec4f,
  @location(0) uv: vec2f,
}

@vertex
fn vertex(@builtin(vertex_index) corner: u32, @builtin(instance_index) instance: u32) -> Varying {
  let placement = placements[instance];
  let unit = vec2f(f32(corner & 1u), f32(corner >> 1u));
  var out: Varying;
  out.position = to_clip(to_screen(placement.rect.xy + unit * placement.rect.zw));
  out.uv = unit * placement.used.xy;
  return out;
}

@fragment
fn fragment(in: Varying) -> @location(0) vec4f {
  let size = vec2f(textureDimensions(tile));
  let texel = in.uv * size;
  // The middle of a texel gives its own value: the smooth sampler then draws squares.
  let uv = mix(texel, floor(texel) + 0.5, pane.squares) / size;
  let value = textureSampleLevel(tile, smooth_sampler, uv, 0.0).r;
  let linear = clamp((value - pane.black) / (pane.white - pane.black), 0.0, 1.0);
  // The power of 0 is not defined for every GPU.
  let grey = select(pow(max(linear, 1e-6), pane.exponent), linear, pane.exponent == 1.0 || linear == 0.0);
  return vec4f(colour(mix(grey, 1.0 - grey, pane.inverted)), 1.0);
}

fn colour(grey: f32) -> vec3f {
  let steps = f32(textureDimensions(colours).x);
  // From the middle of the first colour to the middle of the last.
  let at = (grey * (steps - 1.0) + 0.5) / steps;
  return textureSampleLevel(colours, smooth_sampler, vec2f(at, 0.5), 0.0).rgb;
}
