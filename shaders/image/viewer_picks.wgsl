// Draws picks as circles, boxes or dots of constant screen line width, four vertices (a strip) an instance. A dark rim
// on either side of the line keeps it readable on white and on black. Origins also differ in pattern: imported ones (3)
// are dashed, candidates that nobody has accepted yet (5) are dotted. Those by hand (2), and all of any class but the
// first, have the colour of their class and its mark in the middle. Below the threshold a pick becomes an empty quad,
// except for manual ones and candidates. Output is premultiplied.

#include "image/viewer_pane.wgsl"

struct Look {
  // How far chosen picks are dragged, image px.
  offset: vec2f,
  // 0 circles, 1 boxes, 2 dots.
  shape: f32,
  padding: f32,
  // Colour of each class, and the number of its mark.
  classes: array<vec4f, 16>,
}

// x, y (pick coordinates: the centre of the first pixel is 0, 0), score, origin + 8 class + 128 chosen.
@group(0) @binding(1) var<storage, read> picks: array<vec4f>;
@group(0) @binding(2) var<uniform> look: Look;

struct Varying {
  @builtin(position) position: vec4f,
  // Device px from the centre.
  @location(0) offset: vec2f,
  @location(1) @interpolate(flat) radius: f32,
  @location(2) @interpolate(flat) origin: u32,
  @location(3) @interpolate(flat) highlighted: f32,
  @location(4) @interpolate(flat) class_number: u32,
  @location(5) @interpolate(flat) chosen: f32,
}

// Of the dark rim on either side of a line, CSS px.
const rim_width = 0.75;
// Half of the extent of a mark in the middle with its rim, at most, CSS px.
const mark_reach = 7.0;

// Half of the width of the line, device px. A dotted one is wider, so that it carries as far as a whole one.
fn half_width(origin: u32, bold: f32) -> f32 {
  return pane.pick_line * mix(select(0.5, 0.65, origin == 5u), 0.9, bold);
}

@vertex
fn vertex(@builtin(vertex_index) corner: u32, @builtin(instance_index) instance: u32) -> Varying {
  let pick = picks[instance];
  let kind = u32(pick.w);
  let origin = kind & 7u;
  let shown = origin == 2u || origin == 5u || pick.z >= pane.pick_threshold;
  let unit = vec2f(f32(corner & 1u), f32(corner >> 1u)) * 2.0 - 1.0;
  var out: Varying;
  out.radius = max(pane.pick_radius * pane.scale, pane.pick_least);
  if (look.shape == 2.0) {
    out.radius = 3.2 * pane.pixel_ratio;
  }
  out.origin = origin;
  out.class_number = (kind >> 3u) & 15u;
  out.chosen = f32(kind >> 7u);
  out.highlighted = select(0.0, 1.0, f32(instance) == pane.pick_highlighted);
  // No further than something is drawn: ten thousand picks that are small on the screen are mostly margin.
  let is_bold = out.highlighted > 0.0 || out.chosen > 0.0;
  var beyond = half_width(origin, f32(is_bold)) + rim_width * pane.pixel_ratio + 1.0;
  if (look.shape == 2.0) {
    beyond = select(2.0, 5.0, out.class_number > 0u) * pane.pixel_ratio + 1.0;
  }
  let reach = select(0.0, out.radius + beyond, shown);
  out.offset = unit * reach;
  out.position = to_clip(to_screen(pick.xy + look.offset * out.chosen + 0.5) + out.offset);
  return out;
}

// 1 inside a band around zero, with an edge of one device pixel.
fn band(distance: f32, half_width: f32) -> f32 {
  return 1.0 - smoothstep(half_width - 0.5, half_width + 0.5, abs(distance));
}

// Distance to a straight line of half a length along x.
fn to_line(at: vec2f, half_length: f32) -> f32 {
  return length(vec2f(max(abs(at.x) - half_length, 0.0), at.y));
}

// Signed distance to a mark, negative inside; in units of which 1 is half its extent. Lines have no inside.
fn to_mark(at: vec2f, mark: u32) -> f32 {
  let turned = vec2f(at.x + at.y, at.x - at.y) * 0.70710678;
  switch mark {
    case 1u: { return min(to_line(turned, 1.4), to_line(turned.yx, 1.4)); }
    case 2u: { return min(to_line(at, 1.0), to_line(at.yx, 1.0)); }
    // y grows downwards.
    case 3u: { return max(at.y - 0.8, abs(at.x) * 0.885 - (at.y + 1.1) * 0.466); }
    case 4u: { return max(abs(at.x), abs(at.y)) - 0.9; }
    case 5u: { return (abs(at.x) + abs(at.y)) * 0.70710678 - 0.85; }
    case 6u: { return to_line(at, 1.2); }
    case 7u: { return abs(length(at) - 1.0); }
    default: { return length(at) - 0.5; }
  }
}

fn is_filled(mark: u32) -> bool {
  return mark == 0u || (mark >= 3u && mark <= 5u);
}

@fragment
fn fragment(in: Varying) -> @location(0) vec4f {
  let own = look.classes[in.class_number];
  let by_class = in.class_number > 0u || in.origin == 2u;
  let mark = u32(own.w);
  let is_box = look.shape == 1.0;
  let is_dot = look.shape == 2.0;
  let from_centre = length(in.offset);
  let from_edge = select(from_centre, max(abs(in.offset.x), abs(in.offset.y)), is_box) - in.radius;
  let bold = max(in.highlighted, in.chosen);
  let half_line = half_width(in.origin, bold);
  let has_mark = is_dot || (by_class && in.radius > 6.0 * pane.pixel_ratio);
  // Most of a large circle is empty.
  let far = half_line + rim_width * pane.pixel_ratio + 0.5;
  let on_mark = has_mark && from_centre < mark_reach * pane.pixel_ratio + 1.0;
  if (!is_dot && !on_mark && (from_edge > far || (from_edge < -far && bold == 0.0))) {
    return vec4f(0.0);
  }
  var line = band(from_edge, half_line);
  var rim = band(from_edge, half_line + rim_width * pane.pixel_ratio) * 0.55;
  if (in.origin == 3u || in.origin == 5u) {
    let turn = atan2(in.offset.y, in.offset.x) / 6.2831853;
    let dotted = in.origin == 5u;
    let gap = select(0.31, 0.5, dotted);
    let dash = smoothstep(gap - 0.03, gap + 0.03, abs(fract(turn * select(10.0, 12.0, dotted)) - 0.5) * 2.0);
    line *= dash;
    rim *= dash;
  }
  var marked = 0.0;
  if (has_mark) {
    // Without a circle the mark alone has to be seen; what is not of a class is a plain dot.
    let shown_mark = select(mark, 0u, is_dot && in.class_number == 0u);
    let size = select(3.5, select(4.6, 6.4, shown_mark == 0u), is_dot) * pane.pixel_ratio;
    let distance = to_mark(in.offset / size, shown_mark) * size;
    let thick = select(0.9 * pane.pixel_ratio, 0.0, is_filled(shown_mark));
    marked = 1.0 - smoothstep(thick - 0.5, thick + 0.5, distance);
    let around = thick + 1.0 * pane.pixel_ratio;
    let mark_rim = (1.0 - smoothstep(around - 0.5, around + 0.5, distance)) * 0.55;
    line = select(max(line, marked), marked, is_dot);
    rim = select(max(rim, mark_rim), mark_rim, is_dot);
  }
  let base = select(pane.pick_colours[in.origin].rgb, own.rgb, by_class);
  let colour = mix(base, vec3f(1.0), max(0.45 * in.highlighted, 0.75 * in.chosen * (1.0 - marked)));
  let inside = 1.0 - smoothstep(-1.0, 0.0, from_edge);
  let tint = select(max(0.10 * in.highlighted, 0.22 * in.chosen), 0.0, is_dot) * inside;
  let over = max(line, tint);
  let alpha = over + rim * (1.0 - over);
  return vec4f(mix(base, colour, select(0.0, 1.0, line > tint)) * over, alpha);
}
