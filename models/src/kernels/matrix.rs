//! The operands of products for training: row-major matrices, and which of them is read transposed.

/// A row-major matrix whose rows are `stride` numbers apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    /// The numbers, beginning with the first row's first.
    pub(crate) data: &'a [f32],
    /// Number of rows.
    pub(crate) rows: usize,
    /// Numbers in a row.
    pub(crate) columns: usize,
    /// Numbers from one row's first to the next row's first.
    pub(crate) stride: usize,
}

impl<'a> View<'a> {
    /// A whole matrix with rows end to end.
    pub(crate) fn new(data: &'a [f32], rows: usize, columns: usize) -> Self {
        View { data, rows, columns, stride: columns }
    }

    /// The kernels read by pointer: this is what makes that safe.
    pub(super) fn check(self) {
        let needed = if self.rows == 0 { 0 } else { (self.rows - 1) * self.stride + self.columns };
        assert!(
            self.stride >= self.columns && self.data.len() >= needed,
            "this is a bug: a matrix reaches behind its data"
        );
    }
}

/// Which operand is read transposed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Form {
    /// `a (m x k) . b (n x k)^T`: a layer forward.
    NT,
    /// `a (m x k) . b (k x n)`: the gradient of a layer's input.
    NN,
    /// `a (k x m)^T . b (k x n)`: the gradient of a layer's weight.
    TN,
}

impl Form {
    /// Rows and columns of the result, and the length of the sums.
    pub(crate) fn size(self, a: View<'_>, b: View<'_>) -> (usize, usize, usize) {
        let (size, inner) = match self {
            Form::NT => ((a.rows, b.rows, a.columns), b.columns),
            Form::NN => ((a.rows, b.columns, a.columns), b.rows),
            Form::TN => ((a.columns, b.columns, a.rows), b.rows),
        };
        assert_eq!(size.2, inner, "this is a bug: the inner lengths of a product differ");
        size
    }
}

/// What the result begins with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Start<'a> {
    /// Nothing: what was there is overwritten.
    Zero,
    /// What is there.
    Add,
    /// The same row everywhere.
    Bias(&'a [f32]),
}

/// Whether a product may use all threads, or runs inside one of many tasks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Threads {
    /// All of the current pool.
    All,
    /// The calling one.
    One,
}
