// Shared by the viewer's shaders: how one pane of the canvas shows the image.
// Image points are measured from the outer corner of the first pixel; screen points in device pixels.

struct Pane {
  // Canvas, device px.
  canvas: vec2f,
  // Middle of the pane on the canvas, device px.
  middle: vec2f,
  // Image point at that middle.
  centre: vec2f,
  // Device px per image px.
  scale: f32,
  // Device px per CSS px.
  pixel_ratio: f32,
  // Standard deviations from the mean that are drawn black and white.
  black: f32,
  white: f32,
  // 1 to draw the negative.
  inverted: f32,
  // 1 to draw pixels as squares.
  squares: f32,
  // Picks: radius in image px, line in device px, least radius in device px, score threshold.
  pick_radius: f32,
  pick_line: f32,
  pick_least: f32,
  pick_threshold: f32,
  // Index of the pick under the cursor; −1 for none.
  pick_highlighted: f32,
  // 1, or −1 where the picture is mirrored.
  way_x: f32,
  way_y: f32,
  // Greys are raised to this power: one over the gamma.
  exponent: f32,
  // Colours by origin: network, LoG, manual, imported, template; and of candidates.
  pick_colours: array<vec4f, 6>,
}

@group(0) @binding(0) var<uniform> pane: Pane;

fn to_screen(image: vec2f) -> vec2f {
  return pane.middle + (image - pane.centre) * vec2f(pane.way_x, pane.way_y) * pane.scale;
}

fn to_clip(screen: vec2f) -> vec4f {
  let ndc = screen / pane.canvas * 2.0 - 1.0;
  return vec4f(ndc.x, -ndc.y, 0.0, 1.0);
}
