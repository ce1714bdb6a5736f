// Adds pictures up, class by class, each turned and shifted into place; beyond its edge a picture is 0.
// pictures: side × side each, row-major. poses[picture] = (class, x, y, angle): pixel p of an average, from the centre side/2,
// is the picture at centre + (x, y) + p turned by the angle, by cubic convolution (Keys 1981, a = −½).
// sums[class·side² + pixel] += Σ over the pictures of the class, in their order.
// Grid: x over pixels in 64s, y over classes.

struct Params {
  side: u32,
  pictures: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> pictures: array<f32>;
@group(0) @binding(2) var<storage, read> poses: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> sums: array<f32>;

fn pixel(start: u32, place: vec2i) -> f32 {
  let side = i32(params.side);
  if (any(place < vec2i(0)) || any(place >= vec2i(side))) {
    return 0.0;
  }
  return pictures[start + u32(place.y * side + place.x)];
}

// Weights of the four samples around a place between the second and the third.
fn cubic(t: f32) -> vec4f {
  let u = 1.0 - t;
  return vec4f(
    -0.5 * t * u * u,
    1.0 + t * t * (1.5 * t - 2.5),
    1.0 + u * u * (1.5 * u - 2.5),
    -0.5 * u * t * t,
  );
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let side = params.side;
  let area = side * side;
  if (id.x >= area) {
    return;
  }
  let centre = vec2f(f32(side / 2u));
  let at = vec2f(f32(id.x % side), f32(id.x / side)) - centre;
  var sum = sums[id.y * area + id.x];
  for (var picture = 0u; picture < params.pictures; picture++) {
    let pose = poses[picture];
    if (u32(pose.x) != id.y) {
      continue;
    }
    let c = cos(pose.w);
    let s = sin(pose.w);
    let place = centre + pose.yz + vec2f(c * at.x - s * at.y, s * at.x + c * at.y);
    let corner = floor(place);
    let across = cubic(place.x - corner.x);
    let down = cubic(place.y - corner.y);
    let first = vec2i(corner) - vec2i(1);
    for (var row = 0; row < 4; row++) {
      let start = picture * area;
      let line = vec4f(
        pixel(start, first + vec2i(0, row)),
        pixel(start, first + vec2i(1, row)),
        pixel(start, first + vec2i(2, row)),
        pixel(start, first + vec2i(3, row)),
      );
      sum += down[row] * dot(across, line);
    }
  }
  sums[id.y * area + id.x] = sum;
}
