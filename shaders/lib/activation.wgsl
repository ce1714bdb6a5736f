// What is done to each value of a result, chosen by $ACTIVATION; $SLOPE is from 0 to 1.
fn activate(value: vec4f) -> vec4f {
#if ACTIVATION == leakyRelu
  return max(value, $SLOPE * value);
#else
#if ACTIVATION == relu
  return max(value, vec4f(0.0));
#else
#if ACTIVATION == sigmoid
  return 1.0 / (1.0 + exp(-value));
#else
  return value;
#endif
#endif
#endif
}
