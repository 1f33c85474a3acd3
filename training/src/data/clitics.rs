//! Where names begin inside their words, from a second file of the same sentences with proclitics as tokens of their own.

use alam::document::{Document, Span};
use std::collections::BTreeSet;

/// Tokens that a word has at most in the second file.
const TOKENS: usize = 6;
/// Sentences of the two files that may disagree in all their words before the files are taken for different ones, in percent.
const STRANGERS: usize = 10;

/// Names whose first word could not be held against the second file, by where they begin.
pub(super) type Doubtful = BTreeSet<usize>;

/// Moves the start of every name that begins behind a proclitic, and returns for each document the names of which nothing
/// is known: words whose letters change when they are cut, and `لل` left whole, which such corpora do whatever it is.
pub(super) fn transfer(documents: &mut [Document], cut: &[Document]) -> Result<Vec<Doubtful>, String> {
    if documents.len() != cut.len() {
        return Err(format!("wanted the corpus's {} sentences, found {}", documents.len(), cut.len()));
    }
    let mut strangers = 0;
    let mut doubtful = Vec::with_capacity(documents.len());
    for (document, cut) in documents.iter_mut().zip(cut) {
        let groups = groups(&words(document), &words(cut));
        strangers += usize::from(groups.iter().all(Option::is_none));
        doubtful.push(move_starts(document, cut, &groups));
    }
    if strangers * 100 > documents.len() * STRANGERS {
        return Err(format!(
            "wanted the corpus's sentences, found {strangers} of {} without a word in common",
            cut.len()
        ));
    }
    Ok(doubtful)
}

fn words(document: &Document) -> Vec<(Span, &str)> {
    let words = document.sentences.iter().flatten().flat_map(|s| &s.words);
    words.map(|word| (*word, word.of(&document.text))).collect()
}

/// For each word the tokens it was cut into, `None` where they spell something else.
fn groups(words: &[(Span, &str)], tokens: &[(Span, &str)]) -> Vec<Option<(usize, usize)>> {
    let spells = |word: &str, first: usize| {
        let mut rest = word;
        (first..tokens.len().min(first + TOKENS)).find_map(|t| {
            rest = rest.strip_prefix(tokens[t].1).unwrap_or("\0");
            rest.is_empty().then_some(t + 1)
        })
    };
    let mut groups = vec![None; words.len()];
    let mut next = Some(0);
    for (i, (_, word)) in words.iter().enumerate() {
        let Some(first) = next else { break };
        if let Some(end) = spells(word, first) {
            groups[i] = Some((first, end));
            next = Some(end);
        } else {
            // The word's letters changed: it is passed over, up to where the word behind it is found again.
            let behind = words.get(i + 1).map(|w| w.1);
            next = (first + 1..first + TOKENS).find(|&t| behind.is_some_and(|w| spells(w, t).is_some()));
        }
    }
    groups
}

fn move_starts(document: &mut Document, cut: &Document, groups: &[Option<(usize, usize)>]) -> Doubtful {
    let firsts: BTreeSet<usize> = cut.entities.iter().map(|e| e.span.start()).collect();
    let tokens: Vec<Span> = cut.sentences.iter().flatten().flat_map(|s| s.words.iter().copied()).collect();
    let words: Vec<Span> = document.sentences.iter().flatten().flat_map(|s| s.words.iter().copied()).collect();
    let mut doubtful = Doubtful::new();
    let text = &document.text;
    for entity in &mut document.entities {
        let begin = entity.span.start();
        let group = words.binary_search_by_key(&begin, |w| w.start()).ok().and_then(|i| groups[i].map(|g| (i, g)));
        let known = group.and_then(|(i, (first, end))| {
            let name = (first..end).find(|&t| firsts.contains(&tokens[t].start()))?;
            let cut: usize = tokens[first..name].iter().map(|t| t.end() - t.start()).sum();
            let whole_lam = words[i].of(text).get(cut..).is_some_and(doubled_lam);
            let span = entity.span.without_first(text, cut)?;
            (!whole_lam).then_some(span)
        });
        match known {
            Some(span) => entity.span = span,
            None => drop(doubtful.insert(begin)),
        }
    }
    doubtful
}

/// Whether letters begin with a `لل` that nobody has cut, behind a conjunction or not.
fn doubled_lam(letters: &str) -> bool {
    letters.strip_prefix(['و', 'ف']).unwrap_or(letters).starts_with("لل")
}

#[cfg(test)]
mod tests {
    use super::transfer;
    use alam::document::{Document, Entity, Sentence, Span};

    fn document(sentence: &[(&str, &str)]) -> Document {
        let mut text = String::new();
        let (mut words, mut entities) = (Vec::new(), Vec::new());
        for (word, tag) in sentence {
            let start = text.len();
            text.push_str(word);
            words.push((start, text.len()));
            if *tag != "O" {
                entities.push((start, text.len(), *tag));
            }
            text.push(' ');
        }
        let span = |(start, end)| Span::new(&text, start, end).unwrap();
        let words = words.into_iter().map(span).collect();
        let entities = entities.into_iter().map(|(s, e, label)| Entity::new(span((s, e)), label)).collect();
        Document { id: "x".into(), sentences: Some(vec![Sentence { words }]), entities, text, ..Document::default() }
    }

    #[test]
    fn names_begin_behind_their_proclitics_and_changed_words_are_passed_over() {
        let mut whole =
            [document(&[("وبمصر", "LOC"), ("عاصمتها", "O"), ("وليد", "PER"), ("لمدينته", "LOC"), ("والسودان", "LOC")])];
        let cut = [document(&[
            ("و", "O"),
            ("ب", "O"),
            ("مصر", "LOC"),
            ("عاصمة", "O"),
            ("ها", "O"),
            ("وليد", "PER"),
            ("ل", "O"),
            ("مدينة", "LOC"),
            ("ه", "O"),
            ("و", "O"),
            ("السودان", "LOC"),
        ])];
        let doubtful = transfer(&mut whole, &cut).unwrap();
        let names: Vec<&str> = whole[0].entities.iter().map(|e| e.span.of(&whole[0].text)).collect();
        assert_eq!(names, ["مصر", "وليد", "لمدينته", "السودان"]);
        assert_eq!(doubtful[0].iter().copied().collect::<Vec<_>>(), [whole[0].entities[2].span.start()]);
    }

    #[test]
    fn a_doubled_lam_left_whole_says_nothing() {
        let mut whole = [document(&[("وللسودان", "LOC")])];
        let cut = [document(&[("و", "O"), ("للسودان", "LOC")])];
        assert_eq!(transfer(&mut whole, &cut).unwrap()[0].len(), 1);
        let cut = [document(&[("ول", "O"), ("لسودان", "LOC")])];
        assert_eq!(transfer(&mut whole, &cut).unwrap()[0].len(), 0);
    }

    #[test]
    fn another_corpus_is_refused() {
        let mut whole = [document(&[("مصر", "LOC")])];
        let message = transfer(&mut whole, &[document(&[("حلب", "LOC")])]).unwrap_err();
        assert!(message.contains("without a word in common"), "{message}");
        assert!(transfer(&mut whole, &[]).unwrap_err().contains("found 0"));
    }
}
