//! The encoder over slices: no padding, no graph, f32.
