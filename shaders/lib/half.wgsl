// First of all in a kernel: 16-bit floats, where a tensor is stored so.
#if HALF
enable f16;
#endif
