//! Products of row-major matrices for training, in f32 or with operands rounded to bf16.

#[cfg(target_arch = "x86_64")]
use super::bf16;
use super::matrix::{Form, Start, Threads, View};
use crate::Arithmetic;

/// `c = start + a . b`, `c` row-major with rows `stride` apart. The result does not depend on the number of threads.
pub(crate) fn product(
    how: (Arithmetic, Form, Threads),
    a: View<'_>,
    b: View<'_>,
    (c, stride): (&mut [f32], usize),
    start: Start<'_>,
) {
    let (arithmetic, form, threads) = how;
    let (rows, columns, inner) = form.size(a, b);
    if rows == 0 || columns == 0 {
        return;
    }
    assert!(
        stride >= columns && c.len() >= (rows - 1) * stride + columns,
        "this is a bug: a product's result is too small"
    );
    let c = &mut c[..(rows - 1) * stride + columns];
    a.check();
    b.check();
    if inner == 0 {
        begin(c, (stride, columns), start);
        return;
    }
    match arithmetic {
        #[cfg(target_arch = "x86_64")]
        Arithmetic::Bf16 if bf16::unit().is_some() => {
            bf16::product(form, a, b, (c, stride), start, threads == Threads::All);
        }
        Arithmetic::Bf16 => {
            let (x, y) = (rounded(a), rounded(b));
            let a = View { data: &x, stride: a.columns, ..a };
            let b = View { data: &y, stride: b.columns, ..b };
            f32_product((form, threads), a, b, (c, stride), start);
        }
        Arithmetic::F32 => f32_product((form, threads), a, b, (c, stride), start),
    }
}

fn rounded(view: View<'_>) -> Vec<f32> {
    (0..view.rows)
        .flat_map(|r| &view.data[r * view.stride..r * view.stride + view.columns])
        .map(|&x| half::bf16::from_f32(x).to_f32())
        .collect()
}

fn begin(c: &mut [f32], (stride, columns): (usize, usize), start: Start<'_>) {
    for row in c.chunks_mut(stride) {
        match start {
            Start::Zero => row[..columns].fill(0.0),
            Start::Add => {}
            Start::Bias(bias) => row[..columns].copy_from_slice(&bias[..columns]),
        }
    }
}

fn f32_product(
    (form, threads): (Form, Threads),
    a: View<'_>,
    b: View<'_>,
    (c, stride): (&mut [f32], usize),
    start: Start<'_>,
) {
    let (rows, columns, inner) = form.size(a, b);
    if let Start::Bias(_) = start {
        begin(c, (stride, columns), start);
    }
    let (a_strides, b_strides) = match form {
        Form::NT => ((1, a.stride), (b.stride, 1)),
        Form::NN => ((1, a.stride), (1, b.stride)),
        Form::TN => ((a.stride, 1), (1, b.stride)),
    };
    let parallelism = match threads {
        Threads::All => gemm::Parallelism::Rayon(0),
        Threads::One => gemm::Parallelism::None,
    };
    // SAFETY: `product` checked that `c` holds the result; a View's data holds its rows, as `product` checked.
    unsafe {
        gemm::gemm(
            rows,
            columns,
            inner,
            c.as_mut_ptr(),
            1,
            stride as isize,
            !matches!(start, Start::Zero),
            a.data[..].as_ptr(),
            a_strides.0 as isize,
            a_strides.1 as isize,
            b.data[..].as_ptr(),
            b_strides.0 as isize,
            b_strides.1 as isize,
            1.0,
            1.0,
            false,
            false,
            false,
            parallelism,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rng;

    fn numbers(rng: &mut Rng, n: usize) -> Vec<f32> {
        (0..n).map(|_| rng.normal()).collect()
    }

    fn naive(form: Form, a: View<'_>, b: View<'_>, c: &mut [f32]) {
        let (rows, columns, inner) = form.size(a, b);
        for i in 0..rows {
            for j in 0..columns {
                for k in 0..inner {
                    let x = if form == Form::TN { a.data[k * a.stride + i] } else { a.data[i * a.stride + k] };
                    let y = if form == Form::NT { b.data[j * b.stride + k] } else { b.data[k * b.stride + j] };
                    c[i * columns + j] += x * y;
                }
            }
        }
    }

    #[test]
    fn every_form_and_size_agrees_with_the_definition() {
        let mut rng = Rng::new(3);
        for (m, n, k) in
            [(1, 1, 1), (16, 16, 32), (32, 32, 64), (33, 47, 65), (100, 9, 31), (7, 70, 130), (64, 96, 1100)]
        {
            for form in [Form::NT, Form::NN, Form::TN] {
                let (ar, ac) = if form == Form::TN { (k, m) } else { (m, k) };
                let (br, bc) = if form == Form::NT { (n, k) } else { (k, n) };
                // Numbers that bf16 holds exactly, so that both arithmetics must give the same up to the order of sums.
                let mut exact = |len| -> Vec<f32> {
                    numbers(&mut rng, len).into_iter().map(|x| half::bf16::from_f32(x).to_f32()).collect()
                };
                let (x, y, bias) = (exact(ar * (ac + 3)), exact(br * (bc + 5)), exact(n));
                let a = View { data: &x, rows: ar, columns: ac, stride: ac + 3 };
                let b = View { data: &y, rows: br, columns: bc, stride: bc + 5 };
                for arithmetic in [Arithmetic::F32, Arithmetic::Bf16] {
                    for threads in [Threads::One, Threads::All] {
                        for start in [Start::Zero, Start::Add, Start::Bias(&bias)] {
                            let mut c = vec![2.0; m * n];
                            product((arithmetic, form, threads), a, b, (&mut c, n), start);
                            let mut wanted: Vec<f32> = match start {
                                Start::Zero => vec![0.0; m * n],
                                Start::Add => vec![2.0; m * n],
                                Start::Bias(bias) => bias.repeat(m),
                            };
                            naive(form, a, b, &mut wanted);
                            for (i, (x, y)) in c.iter().zip(&wanted).enumerate() {
                                let close = (x - y).abs() <= 1e-4 * (k as f32).sqrt() * 4.0;
                                assert!(close, "{form:?} {arithmetic:?} {m}x{n}x{k} at {i}: {x} {y}");
                            }
                        }
                    }
                }
            }
        }
    }
}
