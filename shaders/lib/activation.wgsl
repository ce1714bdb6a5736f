// What follows a convolution, chosen by $ACTIVATION.
fn activate(value: vec4f) -> vec4f {
#if ACTIVATION == leakyRelu
  return max(value, 0.1 * value);
#else
#if ACTIVATION == relu
  return max(value, vec4f(0.0));
#else
  return value;
#endif
#endif
}
