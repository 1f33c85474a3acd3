//! Which windows go through the model together.

/// Groups of indices into `lengths`, sorted by length, no group over `budget` tokens in all unless it is one window.
///
/// Windows of one length stand together, so that a device that pads loses little. Equal lengths keep their order.
pub fn plan(lengths: &[usize], budget: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    order.sort_by_key(|&i| lengths[i]);
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut tokens = 0;
    for i in order {
        match groups.last_mut() {
            Some(group) if tokens + lengths[i] <= budget => {
                group.push(i);
                tokens += lengths[i];
            }
            _ => {
                groups.push(vec![i]);
                tokens = lengths[i];
            }
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::plan;
    use proptest::prelude::*;

    #[test]
    fn windows_are_grouped_by_length_under_the_budget() {
        assert_eq!(plan(&[5, 3, 9, 3, 4], 10), [vec![1, 3, 4], vec![0], vec![2]]);
        assert!(plan(&[], 10).is_empty());
    }

    #[test]
    fn a_window_over_the_budget_goes_alone() {
        assert_eq!(plan(&[1, 50, 1], 10), [vec![0, 2], vec![1]]);
        assert_eq!(plan(&[1, 1], 0), [vec![0], vec![1]]);
    }

    proptest! {
        #[test]
        fn every_window_is_in_one_group(lengths in prop::collection::vec(1usize..50, 0..60), budget in 1usize..120) {
            let groups = plan(&lengths, budget);
            let mut seen: Vec<usize> = groups.concat();
            prop_assert!(seen.windows(2).all(|w| lengths[w[0]] <= lengths[w[1]]));
            seen.sort_unstable();
            prop_assert!(seen.iter().copied().eq(0..lengths.len()));
            for group in &groups {
                let tokens: usize = group.iter().map(|&i| lengths[i]).sum();
                prop_assert!(group.len() == 1 || tokens <= budget);
            }
        }
    }
}
