use super::*;
use crate::labels::Tag;
use proptest::prelude::*;

fn labels(types: usize) -> Labels {
    Labels::of_types(&["PER", "LOC", "ORG"][..types])
}

/// All sequences that the table allows, by trying each.
fn allowed(labels: &Labels, words: usize) -> Vec<Vec<usize>> {
    let mut paths = vec![Vec::new()];
    for _ in 0..words {
        let mut longer = Vec::new();
        for path in &paths {
            for tag in (0..labels.tags().len()).filter(|&t| labels.may_follow(path.last().copied(), t)) {
                longer.push([&path[..], &[tag]].concat());
            }
        }
        paths = longer;
    }
    paths
}

fn sum(path: &[usize], rows: &[f32], n: usize) -> f64 {
    path.iter().enumerate().map(|(word, &tag)| f64::from(rows[word * n + tag])).sum()
}

proptest! {
    #[test]
    fn the_best_sequence_and_its_posteriors_are_those_of_trying_all(
        types in 1usize..3,
        rows in prop::collection::vec(-6f32..6.0, 5..26),
        temperature in 0.3f32..3.0,
    ) {
        let labels = labels(types);
        let n = labels.tags().len();
        let words = rows.len() / n;
        let paths = allowed(&labels, words);
        let decoded = Decoder::new(&labels, Decoding::Constrained).decode(&rows, temperature);
        let best = paths.iter().map(|p| sum(p, &rows, n)).fold(f64::NEG_INFINITY, f64::max);
        prop_assert!(paths.contains(&decoded.tags));
        prop_assert!(words == 0 || (sum(&decoded.tags, &rows, n) - best).abs() < 1e-4);
        let weight = |p: &Vec<usize>| (sum(p, &rows, n) / f64::from(temperature)).exp();
        let total: f64 = paths.iter().map(weight).sum();
        for word in 0..words {
            let with: f64 = paths.iter().filter(|p| p[word] == decoded.tags[word]).map(weight).sum();
            prop_assert!((with / total - f64::from(decoded.scores[word])).abs() < 1e-5);
        }
    }

    #[test]
    fn greedy_takes_the_largest_logit_and_its_softmax(rows in prop::collection::vec(-6f32..6.0, 7..70)) {
        let labels = labels(3);
        let (tags, scores) = decode(&labels, Decoding::Greedy, &rows, 1.0);
        prop_assert_eq!(tags.len(), rows.len() / 7);
        for (row, (&tag, &score)) in rows.chunks_exact(7).zip(tags.iter().zip(&scores)) {
            prop_assert!(row.iter().all(|&x| x <= row[tag]));
            let total: f64 = row.iter().map(|&x| f64::from(x).exp()).sum();
            prop_assert!((f64::from(row[tag]).exp() / total - f64::from(score)).abs() < 1e-5);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Logits of all sizes: some that leave probabilities of every size, some that leave none but one.
    #[test]
    fn posteriors_are_those_of_the_definition(
        rows in prop::collection::vec(-1f32..1.0, 7..400),
        size in 0.1f32..300.0,
        temperature in 0.3f32..3.0,
        greedy: bool,
    ) {
        let decoding = if greedy { Decoding::Greedy } else { Decoding::Constrained };
        let decoder = Decoder::new(&labels(3), decoding);
        let rows: Vec<f32> = rows[..rows.len() / 7 * 7].iter().map(|x| x * size).collect();
        let tags = decoder.best(&rows);
        let decoded = decoder.decode(&rows, temperature);
        prop_assert_eq!(&decoded.tags, &tags);
        let wanted = logarithms::posteriors(&decoder, &rows, temperature, &tags);
        for (found, wanted) in decoded.scores.iter().zip(&wanted) {
            // A score is shown with four digits; sums of hundreds of rows in 32 bits are off by less.
            prop_assert!((found - wanted).abs() < 1e-5, "{} {}", found, wanted);
        }
    }
}

#[test]
fn probabilities_that_vanish_are_left_to_the_definition() {
    let labels = labels(1);
    let decoder = Decoder::new(&labels, Decoding::Constrained);
    // Surely I-PER, which may not begin: of the other two the first is the likelier one.
    let rows = [3.0, 1.0, 2e4];
    assert_eq!(decoder.posteriors(&rows, 1.0, &[0]), None);
    let Decoded { tags, scores } = decoder.decode(&rows, 1.0);
    assert_eq!(tags, [0]);
    assert!((scores[0] - 1.0 / (1.0 + (-2f32).exp())).abs() < 1e-6, "{scores:?}");
    assert!(decoder.posteriors(&[3.0, 1.0, 2.0], 1.0, &[0]).is_some());
}

#[test]
fn no_inside_tag_lacks_its_beginning() {
    let labels = labels(1);
    let inside = [0.0, 1.0, 3.0];
    let rows = [inside, inside, inside].concat();
    assert_eq!(decode(&labels, Decoding::Greedy, &rows, 1.0).0, [2, 2, 2]);
    assert_eq!(decode(&labels, Decoding::Constrained, &rows, 1.0).0, [1, 2, 2]);
    assert_eq!(labels.tags()[2], Tag::I("PER".into()));
}

#[test]
fn a_higher_temperature_is_less_sure_of_the_same_tags() {
    let rows = [0.5, 2.0, 0.1, 0.2, 0.3, 1.9];
    let (tags, cold) = decode(&labels(1), Decoding::Constrained, &rows, 0.5);
    let (same, hot) = decode(&labels(1), Decoding::Constrained, &rows, 4.0);
    assert_eq!(tags, same);
    assert!(cold.iter().zip(&hot).all(|(cold, hot)| cold > hot));
}

#[test]
fn a_hundred_thousand_words_are_decoded_like_ten() {
    let period: Vec<f32> = (0..70).map(|i| ((i * 37 % 19) as f32 - 9.0) * 3.0).collect();
    let labels = labels(3);
    let (tags, scores) = decode(&labels, Decoding::Constrained, &period.repeat(10_000), 1.0);
    let (few, few_scores) = decode(&labels, Decoding::Constrained, &period.repeat(3), 1.0);
    assert_eq!(tags.len(), 100_000);
    assert_eq!(tags[50_010..50_020], few[10..20]);
    for (far, near) in scores[50_010..50_020].iter().zip(&few_scores[10..20]) {
        assert!((far - near).abs() < 1e-5, "{far} {near}");
    }
}

#[test]
fn extreme_logits_give_probabilities_all_the_same() {
    // The first word is surely O, the second surely I-PER, which may not follow it.
    let rows = [3e4, -3e4, -3e4, -3e4, -3e4, 3e4, f32::NAN, f32::INFINITY, f32::NEG_INFINITY];
    for decoding in [Decoding::Constrained, Decoding::Greedy] {
        let (tags, scores) = decode(&labels(1), decoding, &rows, 0.1);
        assert_eq!(tags[2], 1);
        assert!(scores.iter().all(|s| (0.0..=1.0).contains(s)), "{scores:?}");
    }
}

#[test]
fn no_words_have_no_tags() {
    assert_eq!(Decoder::new(&labels(2), Decoding::Constrained).decode(&[], 1.0), Decoded::default());
}
