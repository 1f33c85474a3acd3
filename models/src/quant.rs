//! The int8 encoder's weights: one scale a row, quantised, written and read.
