use super::*;
use crate::data::corpus::Corpus;
use alam::document::{Entity, Sentence};

fn document(text: &str, names: &[(&str, &str)]) -> Document {
    let mut from = 0;
    let mut entities = Vec::new();
    for (name, label) in names {
        let start = from + text[from..].find(name).unwrap();
        from = start + name.len();
        entities.push(Entity::new(Span::new(text, start, from).unwrap(), *label));
    }
    Document { id: "x".into(), text: text.into(), entities, ..Document::default() }
}

fn loaded(documents: Vec<Document>, clitics: bool) -> Loaded {
    let corpus: Corpus = toml::from_str(&format!("path = \"a.jsonl\"\nclitics = {clitics}")).unwrap();
    let doubtful = vec![BTreeSet::new(); documents.len()];
    Loaded { corpus, token_type: 0, documents, doubtful, joined: false }
}

fn copies(loaded: &Loaded, augment: Augment, gazetteer: &Gazetteer) -> Vec<Document> {
    (0..300).flat_map(|seed| augment.copy(loaded, gazetteer, &mut Rng::new(seed)).documents).collect()
}

fn names(document: &Document) -> Vec<&str> {
    document.entities.iter().map(|e| e.span.of(&document.text)).collect()
}

const ALL: Augment = Augment { copies: 1, proclitics: 1.0, ..NOTHING };
/// What changes nothing.
const NOTHING: Augment = Augment { copies: 1, proclitics: 0.0, names: 0.0, latin: 0.0 };

#[test]
fn names_get_proclitics_and_stay_where_they_are() {
    let text = "زار رئيس لبنان أمس بغداد والأمم المتحدة.";
    let loaded = loaded(vec![document(text, &[("لبنان", "LOC"), ("بغداد", "LOC"), ("الأمم المتحدة", "ORG")])], true);
    let copies = copies(&loaded, ALL, &Gazetteer::default());
    let texts: BTreeSet<&str> = copies.iter().map(|d| d.text.as_str()).collect();
    assert!(texts.contains("زار رئيس للبنان أمس كبغداد فالأمم المتحدة."), "{texts:?}");
    for copy in &copies {
        assert!(["لبنان", "بغداد", "الأمم المتحدة"] == *names(copy), "{}", copy.text);
    }
}

#[test]
fn the_article_drops_behind_lam_and_comes_back_behind_others() {
    let loaded = loaded(vec![document("صرح مندوب السودان ثم للأمم", &[("السودان", "LOC"), ("أمم", "ORG")])], true);
    let copies = copies(&loaded, ALL, &Gazetteer::default());
    let texts: BTreeSet<&str> = copies.iter().map(|d| d.text.as_str()).collect();
    assert!(texts.contains("صرح مندوب للسودان ثم بالأمم"), "{texts:?}");
    assert!(texts.contains("صرح مندوب كالسودان ثم للأمم"), "{texts:?}");
    for copy in &copies {
        let lam = copy.text.contains("للسودان") || copy.text.contains("وللسودان");
        assert_eq!(names(copy)[0], if lam { "سودان" } else { "السودان" }, "{}", copy.text);
        assert_eq!(names(copy)[1], if copy.text.contains("للأمم") { "أمم" } else { "الأمم" }, "{}", copy.text);
    }
}

#[test]
fn a_preposition_becomes_a_proclitic_and_words_of_a_sentence_follow() {
    let text = "وصل إلى الجزائر وفد من فرنسا .";
    let mut whole = document(text, &[("الجزائر", "LOC"), ("فرنسا", "LOC")]);
    whole.sentences = Some(segment::segment(text));
    let loaded = loaded(vec![whole], true);
    let copy = &copies(&loaded, ALL, &Gazetteer::default())[0];
    assert_eq!(copy.text, "وصل للجزائر وفد من فرنسا .");
    assert_eq!(names(copy), ["جزائر", "فرنسا"]);
    let words: Vec<&str> = copy.sentences.iter().flatten().flat_map(|s| &s.words).map(|w| w.of(&copy.text)).collect();
    assert_eq!(words, ["وصل", "للجزائر", "وفد", "من", "فرنسا", "."]);
}

#[test]
fn only_names_whose_proclitics_are_known_are_changed() {
    let text = "زار رئيس لبنان أمس";
    let augment = |loaded: &Loaded| copies(loaded, ALL, &Gazetteer::default());
    assert!(augment(&loaded(vec![document(text, &[("لبنان", "LOC")])], false)).iter().all(|d| d.text == text));
    let mut unsure = loaded(vec![document(text, &[("لبنان", "LOC")])], true);
    unsure.doubtful[0].insert(text.find("لبنان").unwrap());
    assert!(augment(&unsure).iter().all(|d| d.text == text));
    assert!(
        augment(&loaded(vec![document("زار لبنانيا أمس", &[("لبنان", "LOC")])], true))[0].text.contains(" لبنانيا ")
    );
}

#[test]
fn a_name_is_replaced_by_one_of_its_type_and_length_behind_its_proclitic() {
    let text = "سافر للقاهرة وزير مصر الجديد محمد علي";
    let names_of = [("قاهرة", "LOC"), ("مصر", "LOC"), ("محمد علي", "PER")];
    let mut whole = document(text, &names_of);
    whole.sentences = Some(vec![Sentence { words: segment::segment(text)[0].words.clone() }]);
    let loaded = loaded(vec![whole], true);
    let mut gazetteer = Gazetteer::default();
    gazetteer.add("LOC", "الرياض\nدير الزور");
    gazetteer.add("PER", "وليد كمال\nزيد");
    let augment = Augment { names: 1.0, ..NOTHING };
    let copy = &copies(&loaded, augment, &gazetteer)[0];
    assert_eq!(copy.text, "سافر للرياض وزير الرياض الجديد وليد كمال");
    assert_eq!(names(copy), ["رياض", "الرياض", "وليد كمال"]);
    let words: Vec<&str> = copy.sentences.iter().flatten().flat_map(|s| &s.words).map(|w| w.of(&copy.text)).collect();
    assert_eq!(words, ["سافر", "للرياض", "وزير", "الرياض", "الجديد", "وليد", "كمال"]);
}

#[test]
fn a_name_without_a_proclitic_is_replaced_by_one_in_latin_letters() {
    let text = "زار محمد بن سلمان أمس لبنان وبغداد.";
    let names_there = [("محمد بن سلمان", "PER"), ("لبنان", "LOC"), ("بغداد", "LOC")];
    let loaded = loaded(vec![document(text, &names_there)], true);
    let mut gazetteer = Gazetteer::default();
    assert_eq!(gazetteer.add("PER", "Seán O'Neill Jr.\n安倍\nR2D2\n"), 1);
    assert_eq!(gazetteer.add("LOC", "Saint-Denis\tGeoNames"), 1);
    for copy in copies(&loaded, Augment { latin: 1.0, ..NOTHING }, &gazetteer) {
        assert_eq!(copy.text, "زار Seán O'Neill Jr. أمس Saint-Denis وبغداد.");
        assert_eq!(names(&copy), ["Seán O'Neill Jr.", "Saint-Denis", "بغداد"]);
    }
}

#[test]
fn a_copy_is_the_same_for_the_same_seed() {
    let text = "زار رئيس لبنان أمس بغداد";
    let loaded = loaded(vec![document(text, &[("لبنان", "LOC"), ("بغداد", "LOC")])], true);
    let copy = |seed| ALL.copy(&loaded, &Gazetteer::default(), &mut Rng::new(seed)).documents;
    assert_eq!(copy(1), copy(1));
    assert!((2..20).any(|seed| copy(seed) != copy(1)));
    let none = Augment::default();
    assert_eq!(none.copy(&loaded, &Gazetteer::default(), &mut Rng::new(1)).documents, loaded.documents);
}

#[test]
fn shares_that_cannot_be_meant_are_refused_with_their_line() {
    for (text, gazetteers, message) in [
        ("[augment]\ncopies = 0", 0, "r.toml:2: `augment.copies`: wanted 1 to 1000, found 0"),
        ("[augment]\ncopies = 3", 0, "r.toml:2: `augment.copies`: wanted `proclitics`, `names` or `latin`"),
        ("[augment]\nproclitics = 2.0", 0, "r.toml:2: `augment.proclitics`: wanted a share from 0 to 1, found 2"),
        ("[augment]\nnames = 0.1", 0, "r.toml:2: `augment.names`: wanted `[[gazetteers]]`"),
        ("[augment]\nlatin = 0.1", 0, "r.toml:2: `augment.latin`: wanted `[[gazetteers]]`"),
        ("[augment]\nlatin = -0.1", 1, "r.toml:2: `augment.latin`: wanted a share from 0 to 1"),
        ("[augment]\nproclitics = 0.1", 1, "r.toml:1: `gazetteers`: wanted a share of `augment.names`"),
    ] {
        #[derive(Deserialize)]
        struct Part {
            augment: Augment,
        }
        let part: Part = toml::from_str(text).unwrap();
        let source = Source { path: "r.toml".into(), text: text.into() };
        let error = part.augment.check(gazetteers, &source).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
}
