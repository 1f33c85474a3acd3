//! Attention over ragged sequences, forward and backward; probabilities are made again instead of kept.

use super::buffer::Buffer;
use crate::Arithmetic;
use crate::kernels::elementwise::{Dropout, dot, drop_out, softmax, softmax_again, softmax_backward};
use crate::kernels::matrix::{Form, Start, Threads, View};
use crate::kernels::product::product;
use rayon::prelude::*;
use std::cell::RefCell;

/// What attention is to do, besides the numbers: sequences end to end, query, key and value side by side in a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attention<'a> {
    pub(crate) bounds: &'a [usize],
    pub(crate) heads: usize,
    pub(crate) width: usize,
    pub(crate) dropout: Dropout,
    pub(crate) arithmetic: Arithmetic,
}

thread_local! {
    static SCRATCH: RefCell<(Vec<f32>, Vec<f32>)> = const { RefCell::new((Vec::new(), Vec::new())) };
}

/// Cuts a row-major matrix into the sequences' rows, to be written by different tasks.
fn by_sequence<'a>(mut data: &'a mut [f32], bounds: &[usize], width: usize) -> Vec<&'a mut [f32]> {
    let mut parts = Vec::with_capacity(bounds.len() - 1);
    for b in bounds.windows(2) {
        let (part, rest) = data.split_at_mut((b[1] - b[0]) * width);
        parts.push(part);
        data = rest;
    }
    parts
}

impl Attention<'_> {
    fn head_size(&self) -> usize {
        self.width / self.heads
    }

    fn scale(&self) -> f32 {
        1.0 / (self.head_size() as f32).sqrt()
    }

    fn how(&self, form: Form) -> (Arithmetic, Form, Threads) {
        (self.arithmetic, form, Threads::One)
    }

    /// Query (0), key (1) or value (2) of one head for the rows of a sequence.
    fn part<'a>(&self, qkv: &'a [f32], rows: usize, (which, head): (usize, usize)) -> View<'a> {
        let size = self.head_size();
        let stride = 3 * self.width;
        View { data: &qkv[which * self.width + head * size..], rows, columns: size, stride }
    }

    /// Index of the first probability of a row, for dropout: distinct for every head, row and column.
    fn index(&self, head: usize, row: usize) -> usize {
        (row * self.heads + head) << 10
    }

    /// Context (`tokens x width`) and, for each head and token, the logarithm of its sum of exponentials.
    pub(crate) fn forward(&self, qkv: &[f32]) -> (Buffer, Vec<f32>) {
        let tokens = qkv.len() / (3 * self.width);
        let (mut context, mut sums) = (Buffer::new(tokens * self.width), vec![0.0; tokens * self.heads]);
        let contexts = by_sequence(&mut context, self.bounds, self.width);
        let sums_of = by_sequence(&mut sums, self.bounds, self.heads);
        contexts.into_par_iter().zip(sums_of).zip(self.bounds.par_windows(2)).for_each(|((context, sums), b)| {
            let rows = b[1] - b[0];
            let qkv = &qkv[b[0] * 3 * self.width..b[1] * 3 * self.width];
            let mut scratch = SCRATCH.take();
            scratch.0.resize(rows * rows, 0.0);
            for head in 0..self.heads {
                let scores = &mut scratch.0[..rows * rows];
                let (q, k, v) =
                    (self.part(qkv, rows, (0, head)), self.part(qkv, rows, (1, head)), self.part(qkv, rows, (2, head)));
                product(self.how(Form::NT), q, k, (scores, rows), Start::Zero);
                for (r, row) in scores.chunks_mut(rows).enumerate() {
                    sums[head * rows + r] = softmax(row, self.scale());
                    drop_out(row, self.dropout, self.index(head, b[0] + r));
                }
                let to = &mut context[head * self.head_size()..];
                product(self.how(Form::NN), View::new(scores, rows, rows), v, (to, self.width), Start::Zero);
            }
            SCRATCH.set(scratch);
        });
        (context, sums)
    }

    /// The gradient of query, key and value from that of the context.
    pub(crate) fn backward(&self, qkv: &[f32], (context, sums): (&[f32], &[f32]), gradient: &[f32]) -> Buffer {
        let mut result = Buffer::new(qkv.len());
        let stride = 3 * self.width;
        let size = self.head_size();
        by_sequence(&mut result, self.bounds, stride).into_par_iter().zip(self.bounds.par_windows(2)).for_each(
            |(result, b)| {
                let rows = b[1] - b[0];
                let qkv = &qkv[b[0] * stride..b[1] * stride];
                let context = &context[b[0] * self.width..b[1] * self.width];
                let gradient = &gradient[b[0] * self.width..b[1] * self.width];
                let sums = &sums[b[0] * self.heads..b[1] * self.heads];
                let mut scratch = SCRATCH.take();
                scratch.0.resize(rows * rows, 0.0);
                scratch.1.resize(rows * rows, 0.0);
                for head in 0..self.heads {
                    let (p, d) = (&mut scratch.0[..rows * rows], &mut scratch.1[..rows * rows]);
                    let (q, k, v) = (
                        self.part(qkv, rows, (0, head)),
                        self.part(qkv, rows, (1, head)),
                        self.part(qkv, rows, (2, head)),
                    );
                    let up = View { data: &gradient[head * size..], rows, columns: size, stride: self.width };
                    product(self.how(Form::NT), q, k, (p, rows), Start::Zero);
                    product(self.how(Form::NT), up, v, (d, rows), Start::Zero);
                    for (r, (p, d)) in p.chunks_mut(rows).zip(d.chunks_mut(rows)).enumerate() {
                        softmax_again(p, self.scale(), sums[head * rows + r]);
                        let at = r * self.width + head * size;
                        let inner = dot(&context[at..at + size], &gradient[at..at + size]);
                        softmax_backward(p, d, (inner, self.scale()), self.dropout, self.index(head, b[0] + r));
                    }
                    let (p, d) = (View::new(p, rows, rows), View::new(d, rows, rows));
                    let at = |which: usize| which * self.width + head * size;
                    product(self.how(Form::NN), d, k, (&mut result[at(0)..], stride), Start::Zero);
                    product(self.how(Form::TN), d, q, (&mut result[at(1)..], stride), Start::Zero);
                    product(self.how(Form::TN), p, up, (&mut result[at(2)..], stride), Start::Zero);
                }
                SCRATCH.set(scratch);
            },
        );
        result
    }
}
