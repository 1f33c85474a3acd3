//! Comparing predictions with gold: scores, intervals, error classes.
