//! Inner loops, chosen once for the processor.
