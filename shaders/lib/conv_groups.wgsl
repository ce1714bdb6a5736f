// Groups of four channels of each source, and where their weights begin.
const groups0 = $GROUPS0u;
const first0 = 0u;
#if SOURCES == 2
const groups1 = $GROUPS1u;
const first1 = $GROUPS0u;
#endif
