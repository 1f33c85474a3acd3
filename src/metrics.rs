//! Precision, recall and F1 exactly as seqeval computes them, in its strict and its default mode.
