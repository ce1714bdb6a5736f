// What rounds of non-maximum suppression share.

struct SuppressionParams {
  width: u32,
  height: u32,
  coreX: u32,
  coreY: u32,
  coreWidth: u32,
  coreHeight: u32,
  capacity: u32,
  radius: i32,
  floor: f32,
}

struct FoundScore {
  x: u32,
  y: u32,
  value: f32,
}

struct FoundScores {
  count: atomic<u32>,
  list: array<FoundScore>,
}
