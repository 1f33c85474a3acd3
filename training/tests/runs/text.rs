//! The sentences of `data/news.txt`, in which `[PER:...]` marks a name, as the files that recipes name.

use serde_json::json;

/// The marked sentences.
pub(crate) const NEWS: &str = include_str!("../data/news.txt");

/// A sentence with its names.
#[derive(Debug, Clone)]
pub(crate) struct Marked {
    pub(crate) text: String,
    /// First byte, byte behind the last, type.
    pub(crate) names: Vec<(usize, usize, String)>,
}

/// The sentences of a marked text, one a line.
pub(crate) fn sentences(marked: &str) -> Vec<Marked> {
    marked.lines().map(sentence).collect()
}

fn sentence(marked: &str) -> Marked {
    let (mut text, mut names) = (String::new(), Vec::new());
    let mut rest = marked;
    while let Some((before, behind)) = rest.split_once('[') {
        let (name, behind) = behind.split_once(']').unwrap();
        let (label, letters) = name.split_once(':').unwrap();
        text.push_str(before);
        names.push((text.len(), text.len() + letters.len(), label.to_owned()));
        text.push_str(letters);
        rest = behind;
    }
    text.push_str(rest);
    Marked { text, names }
}

impl Marked {
    /// A record with exact spans, in code points.
    fn json(&self, id: usize) -> String {
        let place = |byte: usize| self.text[..byte].chars().count();
        let entities: Vec<_> = self
            .names
            .iter()
            .map(|(start, end, label)| json!({"start": place(*start), "end": place(*end), "label": label}))
            .collect();
        json!({"id": id.to_string(), "text": self.text, "entities": entities}).to_string()
    }

    /// Words with tags; a name takes the words that it stands in, proclitics and all.
    fn tokens(&self) -> String {
        let mut lines = String::new();
        for sentence in alam::segment::segment(&self.text) {
            for word in &sentence.words {
                let inside = |name: &&(usize, usize, String)| name.0 < word.end() && word.start() < name.1;
                let tag = match self.names.iter().find(inside) {
                    Some((start, _, label)) if word.end() > *start && word.start() <= *start => format!("B-{label}"),
                    Some((_, _, label)) => format!("I-{label}"),
                    None => "O".to_owned(),
                };
                lines += &format!("{}\t{tag}\n", word.of(&self.text));
            }
        }
        lines + "\n"
    }
}

/// The news as JSON lines with exact spans.
pub(crate) fn jsonl() -> String {
    sentences(NEWS).iter().enumerate().map(|(i, s)| s.json(i) + "\n").collect()
}

/// The news as CoNLL columns.
pub(crate) fn conll() -> String {
    sentences(NEWS).iter().map(Marked::tokens).collect()
}

/// The news without its marks.
pub(crate) fn plain() -> String {
    sentences(NEWS).iter().map(|s| s.text.clone() + "\n").collect()
}

/// Documents of a few sentences each, in every order, for pretraining.
pub(crate) fn raw(documents: usize) -> String {
    let plain: Vec<String> = sentences(NEWS).into_iter().map(|s| s.text).collect();
    let pick = |i: usize| &plain[i % plain.len()];
    (0..documents).map(|i| format!("{}\n{} {}\n\n", pick(i), pick(i / 20 + 3 * i), pick(7 * i + i / 400))).collect()
}
