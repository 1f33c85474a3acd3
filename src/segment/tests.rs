use super::segment;

fn words(text: &str) -> Vec<&str> {
    segment(text).iter().flat_map(|s| s.words.iter().map(|w| w.of(text))).collect()
}

fn lines(text: &str) -> Vec<String> {
    segment(text).iter().map(|s| s.words.iter().map(|w| w.of(text)).collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn a_full_stop_without_a_space_ends_word_and_sentence() {
    assert_eq!(lines("في الأمم المتحدة.وأضاف“تركيا”.ومضى"), ["في الأمم المتحدة .", "وأضاف “ تركيا ” .", "ومضى"]);
}
