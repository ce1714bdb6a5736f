// Draws picks as circles of constant screen line width, four vertices (a strip) an instance. A dark rim on either
// side of the line keeps it readable on white and on black. Origins also differ in pattern: manual picks (2) have a
// dot, imported ones (3) are dashed, candidates that nobody has accepted yet (5) are dotted. Below the threshold a pick
// becomes an empty quad, except for manual ones and candidates.
// Output is premultiplied.

#include "image/viewer_pane.wgsl"

// x, y (pick coordinates: the centre of the first pixel is 0, 0), score, origin.
@group(0) @binding(1) var<storage, read> picks: array<vec4f>;

struct Varying {
  @builtin(position) position: vec4f,
  // Device px from the centre.
  @location(0) offset: vec2f,
  @location(1) @interpolate(flat) radius: f32,
  @location(2) @interpolate(flat) origin: u32,
  @location(3) @interpolate(flat) highlighted: f32,
}

@vertex
fn vertex(@builtin(vertex_index) corner: u32, @builtin(instance_index) instance: u32) -> Varying {
  let pick = picks[instance];
  let origin = u32(pick.w);
  let shown = origin == 2u || origin == 5u || pick.z >= pane.pick_threshold;
  let unit = vec2f(f32(corner & 1u), f32(corner >> 1u)) * 2.0 - 1.0;
  var out: Varying;
  out.radius = max(pane.pick_radius * pane.scale, pane.pick_least);
  out.origin = origin;
  out.highlighted = select(0.0, 1.0, f32(instance) == pane.pick_highlighted);
  let reach = select(0.0, out.radius + 2.0 * pane.pick_line + 2.0, shown);
  out.offset = unit * reach;
  out.position = to_clip(to_screen(pick.xy + 0.5) + out.offset);
  return out;
}

// 1 inside a band around zero, with an edge of one device pixel.
fn band(distance: f32, half_width: f32) -> f32 {
  return 1.0 - smoothstep(half_width - 0.5, half_width + 0.5, abs(distance));
}

@fragment
fn fragment(in: Varying) -> @location(0) vec4f {
  let from_centre = length(in.offset);
  // A dotted line is wider, so that it carries as far as a whole one.
  let half_line = pane.pick_line * mix(select(0.5, 0.65, in.origin == 5u), 0.9, in.highlighted);
  var line = band(from_centre - in.radius, half_line);
  var rim = band(from_centre - in.radius, half_line + 0.75 * pane.pixel_ratio) * 0.55;
  if (in.origin == 3u || in.origin == 5u) {
    let turn = atan2(in.offset.y, in.offset.x) / 6.2831853;
    let dotted = in.origin == 5u;
    let gap = select(0.31, 0.5, dotted);
    let dash = smoothstep(gap - 0.03, gap + 0.03, abs(fract(turn * select(10.0, 12.0, dotted)) - 0.5) * 2.0);
    line *= dash;
    rim *= dash;
  }
  if (in.origin == 2u && in.radius > 6.0 * pane.pixel_ratio) {
    line = max(line, band(from_centre, 1.5 * pane.pixel_ratio));
    rim = max(rim, band(from_centre, 2.5 * pane.pixel_ratio) * 0.55);
  }
  let colour = mix(pane.pick_colours[in.origin].rgb, vec3f(1.0), 0.45 * in.highlighted);
  let tint = 0.10 * in.highlighted * (1.0 - smoothstep(in.radius - 1.0, in.radius, from_centre));
  let over = max(line, tint);
  let alpha = over + rim * (1.0 - over);
  return vec4f(colour * over, alpha);
}
