//! Operations with gradients, fused.
